// Package balance is the only place where a balance is computed.
package balance
