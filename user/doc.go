// Package user is the model of a contact-center user: the attributes of a user, and what changes
// when one of them changes. It is pure: it has no I/O, no clock and no randomness. Time and
// reference data are arguments, so a test of a rule is a call.
//
//	agent := user.RolesOf(user.Agent)
//	before := user.User{Access: user.Access{Granted: agent, Roles: agent}}
//	before.Capacity.MaxChats = 4
//	out, err := user.Patch{Roles: user.Set(user.RolesOf(user.Admin))}.Apply(before, user.Facts{})
//	// out.After.Capacity.MaxChats is 0: the loss of the role agent resets it.
//
// A User is a value. To copy one is cheap and safe, because the strings, IDSets and Lists in it
// do not change. A User holds no secret: a Secret holds the hash of the password, is stored
// apart, and prints as "redacted". Package permission decides who may make a change. Package
// storage keeps users.
package user
