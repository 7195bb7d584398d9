// Package sqlitestore keeps roster's accounts in one SQLite file: a storage.Storage that survives
// the process and the machine's power, without a server and without a C compiler.
//
//	store, err := sqlitestore.Open(ctx, "/var/lib/desk/roster.db")
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//	directory := roster.New(store)
//
// The file is in write-ahead mode. Each View reads one unchanging state, beside other Views and
// beside the one writer. When Update returns, the commit is on the disk (synchronous=FULL; see
// SyncNormal). Updates that wait for each other share one commit; see Update. Several processes may
// open one file. A network file system must not hold it.
//
// Anyone can read the tables with the sqlite3 program: docs/schema.md lists them, with views and
// queries. Their names begin with roster_, so the file can hold the tables of the embedding server
// too. Tx runs operations inside a transaction of that server. Backup copies the file while it is
// open.
//
// What it relies on, and where that is tested:
//
//   - One writer at a time: SQLite's write lock. TestLocked,
//     TestFourProcessesShareTheFile.
//   - All or nothing, after a crash too: SQLite's write-ahead log. TestKilled kills processes
//     in the middle of transfers, and TestDiskFull lets the file run full. What a power failure
//     leaves is SQLite's promise for synchronous=FULL and an honest disk, and was not tested here.
//   - Constraints in the schema beside the rules of the domain: one owner of a unique key, no
//     negative balance of a user, no posting of nothing. A posting moves one amount between two
//     holders, so sums are zero. TestTheSchemaRefuses.
//   - Searches for a part of a name: an FTS5 index of triples of characters finds candidates for
//     parts of three characters or more, and the folded texts decide. Shorter parts read all folded
//     texts of the account. A page of a common part is soon found; a total takes about half a
//     second for a million users. The texts are folded by the version of Unicode that wrote the
//     row.
//   - Commits of other processes: while a call waits, PRAGMA data_version is read every 50 ms.
//
// New files have mode 0600 from their first byte; see Open. The package checks no rule of the
// domain, encrypts nothing, and bounds the number of rows by the disk alone. Erasing a user empties
// the user's rows at once; Compact removes what SQLite has not yet overwritten.
package sqlitestore
