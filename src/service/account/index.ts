export {
  type AccountOptions,
  addAccount,
  allAccounts,
  disableAccount,
  type NewAccount,
} from './account.ts'
export { createSignIn, type SignIn } from './sign-in.ts'
