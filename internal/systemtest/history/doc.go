// Package history records the calls of concurrent clients of the front door and their results, and
// checks with porcupine that they are linearizable: there is an order of the calls in which each
// takes effect between its beginning and its end, and every result is right.
//
// The clients compete for a dozen logins, a few users, some slots of capacity and little money.
// Results contain versions, revisions and balances, so that hardly ever more than one order is
// possible. All calls on one account are checked together: a result about money and one about a
// user must fit into the same order. Accounts are checked separately, and each history has several
// accounts with the same names.
//
// A call with an unknown outcome may take effect at any moment after its beginning, or never. A
// call that failed, because its context ended or the connection was lost before the commit, must
// have no effect. At the end the changes of each account are compared with the results of the
// calls.
//
// # What it does not test
//
// Its model is small: a user has five attributes, and the only actor is the system actor. Package
// model tests the rules for one caller.
package history
