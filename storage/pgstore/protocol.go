package pgstore

import (
	"time"

	"github.com/ca74b63c/roster/internal/fifolock"
)

// How an Update is written. A group is one transaction of the engine and the Updates that share it.
// Only waiting Updates of one account in one Store share a group.
//
//  1. Queue. Updates of one account in one Store run one after another, in the order of their calls
//     (line, turn). Nothing holds off other Stores and other processes here.
//  2. Begin. The first Update begins a group. The group takes what the Store remembers of the
//     account, or reads its row. It takes no lock and opens no transaction (trust). In the modes
//     locked and alone, and if the account has no row yet, it opens a transaction and locks the row
//     (lock).
//  3. Run. The function runs. What it reads is remembered. Each question to the engine also asks
//     whether the row is unchanged (unlocked), so all answers are of one state. What the function
//     writes stays in memory (pending). Some calls need the engine to see the writes: a list, a
//     scrub, a compaction. Then the group locks the row, and sends the earlier Updates' writes, a
//     savepoint, and this Update's writes (Exec).
//  4. Join or commit. If another Update waits, it gets the turn and the open group, and goes on
//     with step 3. Otherwise the group is committed at once: a lone Update never waits for others.
//     A group takes no new Update after 128 Updates, after 20 ms, or after a guessed key (full).
//  5. Commit. One round trip sends everything (commit). Without the lock, its first statement
//     writes the account's row and fails if the row has changed. The round trip is one transaction
//     of the engine, without BEGIN and COMMIT; a distributed database needs both. With the lock,
//     the trip has the remaining writes and COMMIT. The last Update in the queue sends it. If its
//     own function failed, a goroutine does.
//  6. Answer. A successful Update returns when the outcome is known. A failed Update waits for the
//     outcome too if an earlier one of the group wrote, because its error may rest on those writes.
//     Otherwise it asks once whether the row is unchanged, and returns its error (verify).
//
// DeleteAccount is an Update in the mode alone: it takes its turn in the queue, commits the group
// before it, locks the row, and commits by itself.
//
// A call of Wait is woken by each commit of this Store, when the commit's outcome is known, and by
// a notification or a poll for a commit of another process. It then reads the account's revision.
// So it sees only what is committed.
//
// What can go wrong, and what follows:
//
//   - The row changed, or another transaction has locked it: another process, another Store or a Tx
//     writes to the account. All Updates of the group run again from step 1, in the mode locked.
//     There each one waits for the lock, until its caller's context ends.
//   - A function fails. What it wrote is forgotten, or rolled back to its savepoint. The other
//     Updates of the group are committed.
//   - A key that was assumed to be free is taken (known.go). The Update runs again in the mode
//     alone.
//   - The engine refuses the group, a statement in it fails, or its connection ends before the
//     commit was sent. Each Update runs again in the mode alone, so that only the one at fault gets
//     the error. An Update that was alone, or that broke the group, pauses before, for 256 ms at
//     most.
//   - The connection ends while the commit is under way. The Store moves the row on, if it is
//     unchanged (fence). If that succeeds, the commit has not happened and never will, and the
//     Updates run again. If the row has changed, or no engine answers within CommitTimeout, the
//     outcome is unknown: successful Updates return storage.ErrUnknownOutcome, and those whose
//     functions failed run again alone. The first write to an account can return it although
//     nothing happened, because there is no row yet that fence could move.
//   - A caller gives up. While it waits for the turn, or while its function runs, its Update
//     returns the context's error, and its writes are forgotten. A statement that is under way ends
//     first, in 100 ms at most. Once the group has its writes, it waits for the outcome, because
//     the commit takes place.

// runMode selects how an Update begins its transaction.
type runMode int

const (
	trusting runMode = iota // without a lock until the commit
	locked                  // with the row locked from the beginning
	alone                   // locked, and in a group of its own
)

// line is the queue of the Updates that wait to write to one account.
type line struct {
	turn  fifolock.Turn
	users int // under Store.mu
	group *group
}

const (
	// A group takes another Update while it is not larger and not older than this.
	maxGroup    = 128
	maxBatchAge = 20 * time.Millisecond

	// yields is how many times an Update lets other goroutines run before it commits without them.
	yields = 3
)
