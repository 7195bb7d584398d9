// Package ledger measures a transfer of money on PostgreSQL: through roster's front door, by hand
// with pgx, once in a transaction of plain statements and once in a single statement, and
// pgbench's TPC-B-like transaction, which is what people know such a server by. All use one server
// that waits for the disk at each commit, the same accounts and users, and take turns.
//
//	go test -bench=. ./bench/ledger
//
// Afterwards the money is counted on both sides, so that no side is fast by losing some. It needs
// PostgreSQL's programs, as the tests of storage/pgstore do.
package ledger
