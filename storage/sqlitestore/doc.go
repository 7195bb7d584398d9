// Package sqlitestore keeps roster's accounts in one SQLite file: a storage.Storage that survives the process and the
// machine's power, without a server and without a C compiler.
//
//	store, err := sqlitestore.Open(ctx, "/var/lib/desk/roster.db")
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//	directory := roster.New(store)
//
// The file is in write-ahead mode. Views read one unchanging state each, beside each other and beside the one writer.
// When Update returns, the commit is on the disk (synchronous=FULL; SyncNormal says what giving that up loses).
// Updates that wait for each other share one commit, so that many callers get many times as much through as one
// could, and a lone one does not wait; see Update. Several processes may open one file; a network file system
// must not hold it.
//
// What it leans on, and where that is tested:
//
//   - one writer at a time: SQLite's write lock, waited for with the caller's context. TestLocked, TestTwoProcesses;
//   - all or nothing, after a crash too: SQLite's write-ahead log. TestKilled kills a process a hundred times in
//     the middle of transfers; TestDiskFull lets the file run full. What a power failure leaves is SQLite's promise for
//     synchronous=FULL and a disk that tells the truth, and was not tested here;
//   - constraints twice: the domain decides, and the schema refuses a second owner of a unique key, a negative
//     balance of a user, a posting of nothing. A posting moves one amount between two holders, so sums are zero;
//   - bytes: all texts are BLOBs, compared by bytes, with NUL and invalid UTF-8 kept;
//   - searches for a part of a name: an FTS5 index of triples of characters finds candidates for parts of three
//     characters or more, the kept folded texts decide; shorter parts read all those texts of the account, which for
//     a page of a common part is soon done and for a total takes about half a second a million users. Folding
//     is of the version of Unicode that wrote the row;
//   - commits of other processes: Wait asks for PRAGMA data_version every 50 ms while anybody waits. Commits of the
//     Store itself are told at once.
//
// A new file, and those that SQLite keeps beside it, have mode 0600 from their first byte; see
// Open.
//
// The schema is plain SQL (Schema) with tables that begin with roster_, so that it can share a file with the tables of
// the embedding server. InTx runs an operation inside the server's own transaction.
//
// What it does not do: it checks no rule of the domain, encrypts nothing, and has no bounds on the number of rows but
// the disk's. Erasing a user empties his rows at once; bytes that SQLite has not yet written over go with Compact.
package sqlitestore
