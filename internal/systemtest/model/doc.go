// Package model is roster written a second time, as simply as it can be, to compare the real one
// with: every user is a map from the names of their attributes to words, the account is a map of
// users, and each call of the front door is a few lines that follow its documentation and the
// vendors' documents. No rule is shared with the product; its types are used as values to put
// questions and to read answers, and that is all.
//
// An Op is one call, put to both. The test draws sequences of them, after an opening that makes an
// account with three users and some money, and compares each answer, and at the end everything that
// the account holds: users, secrets, balances, transfers, changes. A difference is told in the few
// steps that it takes:
//
//  1. UpdateAccount currency="USD" hold="1m0s"
//  2. Delete 1
//  3. Create login="ann"
//     error "", want "exists: login of 1"
//
// # What it does not do
//
// It has one caller at a time; package history has many. Users act as well as the embedding host
// where they delete, erase, restore, enable or disable users, set roles and passwords, get a user
// and list users. They hold a few roles of the default policy (power.go); the host makes the other
// calls. Who may do what is proved in package permission, and what any actor can become by it in
// package roster (TestNoActorBecomesMoreThanItMayGrant). Texts are ASCII and most of them are well
// formed; package differential has the others.
package model
