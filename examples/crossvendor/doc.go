// Package crossvendor has tests of the vendors' APIs over one directory: a change through one API
// shows in the others, in their own words. It has no code for programs.
//
// One group of tests follows users from one API to the next. A second shows that no credential of
// one account reaches a user of another, at any endpoint. The load test sends requests from 200
// clients to one server at once, and checks afterwards that nothing was lost and that no money was
// made or destroyed:
//
//	ROSTER_LOAD=30s go test -run TestLoad -v ./crossvendor
//
// The example shows how to test a program that calls one of the vendors.
package crossvendor
