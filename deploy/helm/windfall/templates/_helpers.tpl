{{- define "windfall.name" -}}
{{- if contains "windfall" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}{{ printf "%s-windfall" .Release.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "windfall.selector" -}}
app.kubernetes.io/name: windfall
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "windfall.labels" -}}
{{ include "windfall.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "windfall.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ printf "%s@%s" .repository .digest }}
{{- else }}{{ printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) }}{{ end }}
{{- end }}
{{- end }}

{{- define "windfall.config" -}}
{{- $ops := dict "listen" "0.0.0.0:8444" "stopDelaySeconds" 5 -}}
{{- $own := dict "publicUrl" .Values.publicUrl "ops" $ops -}}
{{- mergeOverwrite $own (deepCopy .Values.config) | toPrettyJson -}}
{{- end }}
