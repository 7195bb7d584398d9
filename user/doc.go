// Package user is the model of a contact-centre user: who he is, which roles he holds, and what changes when they
// change. It is pure: no I/O, no clock, no randomness; time and reference data come in as arguments, so each rule
// can be tested by a call.
//
//	before := user.User{Access: user.Access{Granted: user.RolesOf(user.Agent), Roles: user.RolesOf(user.Agent)},
//		Capacity: user.Capacity{MaxChats: 4}}
//	out, err := user.Patch{Roles: user.Set(user.RolesOf(user.Admin))}.Apply(before, user.Facts{})
//	// out.After.Capacity.MaxChats == 0, and out.Resets says that losing the role of an agent reset it.
//
// A User is a value: copying it is cheap and safe, because what it refers to (strings, IDs, List) cannot be changed.
// The package holds no secret: what proves a password is a Secret, stored apart and printed as "redacted".
// It decides neither who may make a change (package permission) nor where users are kept (package storage).
package user
