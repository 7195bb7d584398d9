// Package history records what concurrent callers of the front door asked and were told, and checks with porcupine that
// there is one order in which all of it is true.
package history
