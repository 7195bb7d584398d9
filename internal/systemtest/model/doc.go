// Package model is a second, simple implementation of the rules about roles, power, money and
// versions, and a test that compares it with roster. In the model a user is a map from attribute
// names to texts, the account is a map of users, and each call of the front door is a few lines
// that follow its documentation and the vendors' documents. The model shares no rule with the
// product. It uses the product's types only for arguments, results and errors.
//
// An Op is one call to both. The test draws sequences of calls, after an opening that makes an
// account with six users and some money. It compares each result, and at the end the account, its
// users, balances, transfers and changes. A failure is printed as a short list of calls:
//
//  1. UpdateAccount currency="USD"
//  2. Delete 1
//  3. Create login="ann" error nil, want "already exists"
//
// # What it does not test
//
// It has one caller at a time; package history has many. The actor is a user or the system actor
// where a call deletes, restores, enables or disables users, sets roles, or gets a user. The users
// have a few roles of the default policy. The system actor makes the other calls.
//
// It does not compare the details of errors, the diffs of changes and the custom attributes of
// users, which package roster tests.
//
// Each storage proves its lists, searches, pages and unique names in storage/storagetest. Package
// lists compares lists with single reads, and package differential tests unusual texts. Package
// roster tests sign-ins, passwords, reservations, reference data and erasing, and what power any
// actor can reach (TestNoActorBecomesMoreThanItMayGrant).
package model
