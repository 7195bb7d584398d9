// Package together holds tests of the four vendors' APIs over one directory, and no code that a
// program needs: what is done through one API is seen through the others, in their own words.
//
// The stories follow users from one API to the next. The walls show that no credential of one
// account reaches a user of another, at any endpoint. The load sends 200 clients to one server at
// once, and counts afterwards that nothing was lost and that the money is what it was:
//
//	ROSTER_LOAD=30s go test -run TestLoad -v ./together
//
// The example shows how to test a program that calls one of the vendors.
package crossvendor
