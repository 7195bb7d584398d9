// Package opa measures roster's permission beside Open Policy Agent, embedded as its documentation
// shows: a prepared Rego query, its input parsed before. Both answer the same questions, must
// answer them alike, and take turns.
//
//	cd bench/opa && GOWORK=off go test -bench=.
//
// It is a module of its own, outside the workspace, because OPA has 167 packages of 22 modules, and
// the tests of roster should not wait a minute for their compilation. make peers runs it.
package opa
