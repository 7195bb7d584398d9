// Package model is a second, simple implementation of roster, and a test that compares the two. In
// the model a user is a map from attribute names to texts, the account is a map of users, and each
// call of the front door is a few lines that follow its documentation and the vendors' documents.
// The model shares no rule with the product. It uses the product's types only for arguments and
// results.
//
// An Op is one call to both. The test draws sequences of calls, after an opening that makes an
// account with three users and some money. It compares each result, and at the end everything that
// the account contains: users, secrets, balances, transfers, changes. A failure is printed as a
// short list of calls:
//
//  1. UpdateAccount currency="USD" hold="1m0s"
//  2. Delete 1
//  3. Create login="ann" error "", want "exists: login of 1"
//
// # What it does not test
//
// It has one caller at a time; package history has many. The actor is a user or the system actor
// where a call deletes, erases, restores, enables or disables users, sets roles, passwords and
// custom attributes, gets a user or lists users. The users have a few roles of the default policy
// and the role team_lead of the host (power.go). The system actor makes the other calls. Package
// permission tests who may do what, and package roster tests what power any actor can reach
// (TestNoActorBecomesMoreThanItMayGrant). Texts are ASCII and mostly valid; package differential
// tests other texts.
package model
