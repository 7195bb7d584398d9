// Package tools pins the programs that check this repository and ship with nothing: its go.mod
// names their versions, and its scripts run them the same way for make and for continuous
// integration.
package tools
