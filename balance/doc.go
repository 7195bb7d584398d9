// Package balance holds the rules of money: amounts, the postings of a transfer, and the balances
// after them. It is the only package that computes a balance. Storages keep the results.
//
// # Amounts
//
// Money is an exact decimal amount in an ISO 4217 currency, with at most four decimals, up to
// 99,999,999,999,999.9999. Units is a whole number of ten-thousandths. Every operation is exact
// or returns ErrOverflow. No value is a float. Only a currency conversion rounds: once, half to
// even.
//
// # Transfers
//
// A Posting moves an amount from one Holder to another. A Holder is the account, a user, or
// World, which stands for everything outside the account. So the sum of all balances, World's
// included, is always zero.
//
// Plan decides a transfer between the account and users, PlanFunding one between the account and
// World, PlanReversal the reversal of either, and PlanReturn the return of the money of deleted
// users. Each is a pure function. It takes a request, which holds the present balances, and
// returns a Transfer, which holds the balances after it. ExamplePlan shows one.
//
// A preview is a plan that is not stored. Transfer.Entries returns the entries of a holder's
// statement. Transfer.Check checks the invariants of a transfer.
//
// # Idempotency keys
//
// A caller that may repeat a request gives a key. If a transfer with the key exists, call
// Transfer.Replays on it before you store a plan or return the error of one. It returns nil for
// the same request: that transfer is the result. For any other request it returns a *KeyConflict
// that names the fields that differ.
//
// # Limits of the package
//
// Package balance does not load, store or lock, and reads no clock. It does not number transfers.
// The transaction of the caller must ensure that of two plans made from the same balances only
// one is stored. Package permission decides who may move money. The host supplies exchange rates
// (Rates) and the price of calls.
package balance
