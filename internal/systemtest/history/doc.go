// Package history records what concurrent callers of the front door asked and were told, and
// checks with porcupine that there is one order in which all of it is true: each call takes effect
// at one moment between its beginning and its end, and every answer is right for that moment
// (linearizability).
//
//	h, err := history.Record(ctx, store, history.Setting{Seed: 1, Operations: 1000})
//	verdict := h.Check(time.Minute)
//
// The callers contend for little: a dozen logins, a few users, some slots of capacity, not much
// money. The answers carry versions, revisions and balances, so that there is hardly ever more
// than one order to try. What one account's callers see is checked as a whole and not key by key:
// an answer about money and one about a user must fit into the same order. Accounts are checked
// apart, and each history has several with the same names in them.
//
// A call whose outcome is unknown may have happened at any moment after its beginning, or never.
// One that failed, because its context ended or the connection was lost before the commit, must
// not have happened.
//
// # What it does not do
//
// Its model is small: who a user is takes five attributes, and the host alone calls. What each
// rule answers to one caller is the matter of package model.
package history
