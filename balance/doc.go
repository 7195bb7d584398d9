// Package balance holds the rules of money: amounts, the lines that a transfer makes, and the balances after them.
// It is the only place where a balance is computed; stores keep what it says.
//
// # Amounts
//
// Money is a decimal amount in an ISO 4217 currency: exact, at most four decimals, at most 99,999,999,999,999.9999.
// Inside it is Units, a whole number of ten-thousandths, and every operation on it is exact or ErrOverflow. There is
// no float anywhere, and nothing is rounded but the result of a currency conversion: once, half to even.
//
// # Transfers
//
// A Posting moves an amount from one Holder to another: the account, one of its users, or World,
// which is whatever lies outside. So each line balances by construction and all balances together,
// World's included, are always zero. Plan decides a transfer between the account and one or many
// users, PlanFunding one between the account and the world, PlanReversal the taking back of either,
// PlanReturn what becomes of the money of deleted users. Each is a pure function from a request,
// which carries the balances of now, to a Transfer, which carries the balances after:
//
//	amount, err := balance.Parse("5.67", "USD")
//	...
//	transfer, err := balance.Plan(balance.Request{
//		Amount:          amount,
//		Payees:          []balance.Payee{{ID: 1, Name: "ann"}, {ID: 2, Name: "bob"}},
//		Strict:          true,
//		Account:         100 * balance.One,
//		AccountCurrency: "USD",
//	})
//	after, _ := transfer.AccountAfter() // 88.66: two users × 5.67 took 11.34
//
// A preview is a plan that nobody stores. Transfer.Entries derives the lines of a holder's statement, and
// Transfer.Check proves the invariants of a transfer, wherever it comes from.
//
// # Idempotency keys
//
// A caller who may ask twice gives a key. When the key was used before, ask the transfer that it belongs to
// (Transfer.Replays) before a plan is stored, or its refusal told: it is the answer to the same request, and any other
// request under that key is a *KeyConflict that names what differs.
//
// # What it does not do
//
// It does not load or store, lock, read a clock, or number transfers: two plans made from the same balances must not
// both be stored, which is the work of the transaction around them. It does not ask who may move money (package
// permission), knows no exchange rate of its own (Rates), and prices no calls: what a meter has counted comes in
// through PlanFunding.
package balance
