package pgstore

import (
	"time"

	"github.com/ca74b63c/roster/internal/fifolock"
)

// How an Update is written. A group is one transaction of the engine and the Updates that share it.
// They write to one account, in one Store. A trusting group commits without a lock, if the
// account's row is unchanged since the group began. A group in the mode locked locks the row first.
// A group in the mode alone does so too, and has one Update.
//
//  1. Queue. The Updates of one account in one Store run one after another, in the order of their
//     calls (line, turn). The queue does not hold off other Stores and other processes.
//  2. Begin. The first Update begins a trusting group. The group takes the state that the Store
//     remembers of the account. If the Store remembers none, the group reads the account's row
//     (trust). If there is no row, or in another mode, the group opens a transaction, inserts a
//     missing row, and locks the row (lock).
//  3. Run. The Update's function runs. The Store remembers what it reads. In a trusting group each
//     query also reads whether the account's row is unchanged since the group began, so all answers
//     are of one state (type unlocked). Writes stay in memory (pending). Some calls, such as a list
//     or a scrub, need the engine to see them. If writes are unsent, the group first reads the
//     guessed keys, locks the row, sends the writes of its earlier Updates, sets a savepoint, and
//     sends those of this Update (Exec).
//  4. Join or commit. If another Update is queued when the function has returned, that Update joins
//     the group with step 3. If none is queued, the group commits, so a lone Update never waits for
//     others. A group also commits before an Update in the mode alone, before one in the mode
//     locked if the group has no lock, and when it is full: after 128 Updates, 20 ms, or a guess
//     that an idempotency key is new (known.go).
//  5. Commit. The last Update of the group sends all writes that were not sent yet and the commit,
//     in one round trip (commit). If its function failed, a goroutine sends them, so that its
//     caller need not wait. In a trusting group, the statement for the account's row comes first
//     and fails if the row has changed; the engine runs the statements of the round trip as one
//     transaction. A locked group also sends COMMIT. With the option Distributed a trusting group
//     sends BEGIN and COMMIT.
//  6. Answer. An Update whose function succeeded returns when the outcome of the group is known. An
//     Update whose function failed is rejected. It waits for the outcome too if an earlier Update
//     of the group wrote, because its error may depend on those writes. Otherwise it returns its
//     error at once. In a trusting group it first checks that the row is unchanged (verify). If the
//     row has changed, it runs again.
//
// DeleteAccount is an Update in the mode alone.
//
// A commit that raises the account's revision wakes the calls of Wait of this Store, when its
// outcome is known. A notification or a poll wakes those of other Stores and processes. They then
// read the revision, so they see only what is committed.
//
// What can go wrong, and what follows:
//
//   - Another Store, another process or a host's transaction (Tx) has changed the row, or has
//     locked it when the group commits. The Updates of the group run again from step 1, in the mode
//     locked. There an Update waits for the row's lock until its caller's context ends.
//   - A function fails. Its writes are forgotten, or rolled back to the savepoint. The other
//     Updates of the group are committed.
//   - A key that an Update guessed to be free is taken. The Update runs again in the mode alone.
//     Other Updates of the group are not affected.
//   - The engine refuses the commit, a statement of the group fails, or its connection ends before
//     the commit was sent. If the group has several Updates, each runs again in the mode alone, so
//     that only the one at fault gets the error. The first Update of a group runs again only if
//     another transaction or the connection was the cause, after a pause of at most 256 ms.
//   - The connection ends during the commit. If the account's row is unchanged, the Store changes
//     it (fence). The commit can then not take place any more, and its Updates run again in the
//     mode alone. If the row has changed, by this commit or by another one, or if no engine answers
//     within CommitTimeout, the outcome is unknown. Updates whose functions succeeded then return
//     storage.ErrUnknownOutcome, and rejected ones run again in the mode alone. The first write to
//     an account can return ErrUnknownOutcome although nothing was committed, because there was no
//     row that fence could change.
//   - A caller's context ends. While the Update is queued, waits for the row's lock, runs its
//     function, or is rejected and waits for the outcome, it returns the context's error, and its
//     writes are forgotten. Before that, a statement that is under way may go on for 100 ms,
//     because to stop it would close the connection of the group, and writes that were sent are
//     rolled back. An Update whose function succeeded waits for the outcome, because its writes are
//     in the commit.

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
