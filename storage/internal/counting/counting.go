// Package counting keeps the revision, the change ids and the sequences of a writing transaction,
// and checks Load. The SQL stores share it.
package counting

import (
	"context"
	"fmt"
	"math"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Counts has the counters of one transaction on one account.
type Counts struct {
	revision user.Revision // before the transaction
	config   user.Revision // the greatest ConfigVersion of a user
	wrote    bool
	quiet    bool // something was written that does not raise the revision
	changes  int  // recorded by this transaction

	read      func(context.Context, storage.Sequence) (rows, noted int64, err error)
	sequences map[storage.Sequence]*sequence

	loading bool // Load was called
	loads   user.Revision
	newest  storage.ChangeID // while loading: the last change that was recorded
}

// sequence is the state of one sequence in the transaction.
type sequence struct {
	Stored
	given int64 // the greatest id that NextID returned
}

// Begin starts a transaction on an account with the given revisions. read returns what the store
// has of a sequence: the greatest id of a row, and the greatest id that was noted without a row.
func (c *Counts) Begin(
	revision, config user.Revision, read func(context.Context, storage.Sequence) (rows, noted int64, err error),
) {
	*c = Counts{revision: revision, config: config, read: read, sequences: make(map[storage.Sequence]*sequence)}
}

// Wrote records that the transaction wrote something, so that the revision must rise.
func (c *Counts) Wrote() { c.wrote = true }

// Quiet says that the transaction wrote something that does not raise the revision.
func (c *Counts) Quiet() { c.quiet = true }

// Raise records that the transaction put a user with this ConfigVersion.
func (c *Counts) Raise(config user.Revision) { c.config = max(c.config, config) }

// Next returns the revision that the commit will make.
func (c *Counts) Next() user.Revision {
	if c.loading {
		return c.loads
	}
	return c.revision + 1
}

// Result returns the account's revisions after the commit, and whether the transaction wrote
// anything.
func (c *Counts) Result() (revision, config user.Revision, wrote bool) {
	if !c.wrote {
		return c.revision, c.config, false
	}
	return c.Next(), c.config, true
}

// NextID returns a new id of the sequence s. The id is one greater than the result of Last. Errors:
// storage.ErrInvalid if the sequence does not exist; storage.ErrLimit if the greatest possible id
// is used; those of the function read that Begin was given.
func (c *Counts) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	if !s.Valid() {
		return 0, fmt.Errorf("sequence %d: %w", s, storage.ErrInvalid)
	}
	last, err := c.Last(ctx, s)
	if err != nil {
		return 0, err
	}
	if last == math.MaxInt64 {
		return 0, fmt.Errorf("no id is left: %w", storage.ErrLimit)
	}
	c.sequences[s].given = last + 1
	return last + 1, nil
}

// LastRow returns the greatest id of the sequence s that a row has, including the rows of this
// transaction. It returns 0 if there is no row. Errors: those of the function read, a parameter of
// Begin.
func (c *Counts) LastRow(ctx context.Context, s storage.Sequence) (int64, error) {
	q, err := c.sequence(ctx, s)
	if err != nil {
		return 0, err
	}
	return q.Row, nil
}

// Last returns the greatest id of the sequence s that was given so far, or 0 if no id was given. It
// considers the ids of rows, the store's record of given ids, the ids that NextID returned in this
// transaction, and those that Load received. Errors: those of the function read, a parameter of
// Begin.
func (c *Counts) Last(ctx context.Context, s storage.Sequence) (int64, error) {
	q, err := c.sequence(ctx, s)
	if err != nil {
		return 0, err
	}
	return max(q.Row, q.Noted, q.given), nil
}

// Stored is what is stored of a sequence.
type Stored struct {
	Row   int64 // the greatest id of a row
	Noted int64 // the greatest id that the store noted because no row shows it
}

// Know says what is stored of a sequence, so that it is not read.
func (c *Counts) Know(s storage.Sequence, k Stored) {
	c.sequences[s] = &sequence{Stored: k}
}

// Known returns a Stored for each sequence that the transaction used, as it will be after the
// commit: the greatest id of a row, and the greatest id that the store records as handed out.
func (c *Counts) Known() map[storage.Sequence]Stored {
	known := make(map[storage.Sequence]Stored, len(c.sequences))
	for s, q := range c.sequences {
		known[s] = q.Stored
	}
	for s, id := range c.Unnoted() {
		known[s] = Stored{known[s].Row, id}
	}
	return known
}

func (c *Counts) sequence(ctx context.Context, s storage.Sequence) (*sequence, error) {
	if q := c.sequences[s]; q != nil {
		return q, nil
	}
	rows, noted, err := c.read(ctx, s)
	if err != nil {
		return nil, err
	}
	c.sequences[s] = &sequence{Stored: Stored{rows, noted}}
	return c.sequences[s], nil
}

// Used records that the transaction wrote a row with the id.
func (c *Counts) Used(s storage.Sequence, id int64) {
	if q := c.sequences[s]; q != nil {
		q.Row = max(q.Row, id)
	}
	c.wrote = true
}

// Unnoted returns the ids that the commit must write to the store's record of given ids: for each
// sequence, the last id of NextID or Load if it is greater than that of every row and of the
// record.
func (c *Counts) Unnoted() map[storage.Sequence]int64 {
	ids := make(map[storage.Sequence]int64)
	for s, q := range c.sequences {
		if q.given > max(q.Row, q.Noted) {
			ids[s] = q.given
		}
	}
	return ids
}

// Add raises the counters to the ids that NextID returned in this transaction.
func (c *Counts) Add(counters *storage.Counters) {
	for s, q := range c.sequences {
		counters.Given[s] = max(counters.Given[s], q.given)
	}
}

// ChangeID returns the id for the next change of the transaction: the revision Next and the next
// free Index. It marks the transaction as writing. After Load the change already has the id own;
// ChangeID checks own and returns it.
//
// Errors, only after Load: storage.ErrInvalid if the revision of own does not fit in an int64, or
// if storage.CheckLoaded refuses own, for example because own is not later than the last change.
func (c *Counts) ChangeID(own storage.ChangeID) (storage.ChangeID, error) {
	c.wrote = true
	if !c.loading {
		c.changes++
		return storage.ChangeID{Revision: c.Next(), Index: c.changes - 1}, nil
	}
	if own.Revision > math.MaxInt64 { // more than a column holds
		return own, fmt.Errorf("change %v: %w", own, storage.ErrInvalid)
	}
	if err := storage.CheckLoaded(own, c.newest, c.loads); err != nil {
		return own, err
	}
	c.newest = own
	return own, nil
}

// Load prepares the transaction to load a whole account, which counts as a write. The parameter to
// contains the account's counters. newest is the id of the newest change that earlier transactions
// loaded. After Load:
//
//   - Next returns to.Revision.
//   - NextID returns ids greater than those in to.Given.
//   - ChangeID accepts only ids after newest and after to.Compacted. If to.Revision is not 0, it
//     accepts no id of a greater revision.
//
// Errors: storage.ErrInvalid if the account has a revision other than 0, if the transaction has
// already written something, if to.Revision does not fit in an int64, or if to.CheckLoad refuses
// the counters; the errors of the function read, a parameter of Begin.
func (c *Counts) Load(ctx context.Context, to storage.Counters, newest storage.ChangeID) error {
	switch {
	case c.revision != 0:
		return fmt.Errorf("loading over revision %d: %w", c.revision, storage.ErrInvalid)
	case c.wrote || c.quiet:
		return fmt.Errorf("loading after writing: %w", storage.ErrInvalid)
	case to.Revision > math.MaxInt64: // more than a column holds
		return fmt.Errorf("loading revision %d: %w", to.Revision, storage.ErrInvalid)
	}
	if err := to.CheckLoad(newest); err != nil {
		return err
	}
	for s, id := range to.Given {
		if id == 0 {
			continue
		}
		q, err := c.sequence(ctx, storage.Sequence(s))
		if err != nil {
			return err
		}
		q.given = max(q.given, id)
	}
	c.wrote, c.loading, c.loads, c.newest = true, true, to.Revision, newest
	if newest.Less(to.Compacted) {
		c.newest = to.Compacted
	}
	return nil
}
