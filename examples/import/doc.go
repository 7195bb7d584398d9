// Command import creates and changes users as a file of CSV or JSON Lines says.
//
//	go run ./examples/import -storage sqlite:roster.db -account acme -template > users.csv
//	go run ./examples/import -storage sqlite:roster.db -account acme users.csv
//	go run ./examples/import -storage sqlite:roster.db -account acme -write users.csv
//
// The first prints the columns as the first line of a file, and what each may hold on the standard
// error. The second checks the file: it prints every problem with its line and column, how many
// users the file creates and changes, and what they lose with a role. The third writes too. A file
// with bad lines changes nothing, unless -skip-bad leaves them out.
//
// A line finds its user by the login, or with -key employeeId by the employee id. The command acts
// as the user -as, whose roles decide what it may do; without -as it may do everything.
//
// Interrupt it when you like, or kill it: the same command goes on where it was, because a line
// that is written changes nothing the second time.
//
// A storage is sqlite:PATH, postgres:DSN (or the URL itself), or memory-snapshot:FILE, a snapshot
// of package memstore, which is read whole and written at the end.
package main
