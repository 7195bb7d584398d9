package stream

import "github.com/ca74b63c/roster/user"

// Option configures the functions of this package.
type Option func(*options)

type options struct {
	only     []user.AccountID // nil: all
	batch    int
	limits   room // of what is between two checksums
	progress func(Progress)
}

// DefaultBatch is the number of records that a transaction writes without the option Batch.
const DefaultBatch = 1000

func optionsOf(opts []Option) options {
	o := options{batch: DefaultBatch, limits: room{maxBatch, maxBytes}}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// Only restricts a call to the named accounts, in the given order. Import and Check ignore it.
func Only(accounts ...user.AccountID) Option {
	return func(o *options) { o.only = append([]user.AccountID{}, accounts...) }
}

// Batch sets the number of records that one transaction writes: 1 to 10,000. A value outside of
// this range is replaced by the nearest one. Each posting of a transfer counts as a record, but a
// transfer is never divided. Import ignores the option, because Export has already divided the
// stream.
func Batch(records int) Option {
	return func(o *options) { o.batch = min(max(records, 1), o.limits.records) }
}

// maxBatch and maxBytes bound the records between two checksums of a stream, and so the memory that
// a reader needs. One record alone may be larger.
const (
	maxBatch = 10_000
	maxBytes = 16 << 20
)

// room is the number of records and bytes that still fit into a batch.
type room struct{ records, bytes int }

func (o *options) room() room { return room{o.batch, o.limits.bytes} }

// take subtracts a record and its line from the room, and reports whether the record fit.
func (r *room) take(rec record, line []byte) bool {
	r.records, r.bytes = r.records-weight(rec), r.bytes-len(line)
	return r.records >= 0 && r.bytes >= 0
}

// OnProgress calls fn after each batch and at the end of each account. It runs in the goroutine of
// the caller.
func OnProgress(fn func(Progress)) Option { return func(o *options) { o.progress = fn } }

// Progress is the progress of a call.
type Progress struct {
	Account  user.AccountID // the account that is moving
	Accounts int            // how many accounts are done
	Of       int            // how many accounts there are
	Done     Counts         // of this account
	Expected Counts         // of this account: a guess from its counters, rarely too low
	Total    Counts         // of all accounts so far
	Found    Counts         // those of Total that the target had already
}

// Counts has the number of records of each type. Settings, deliveries and dead letters are not
// counted.
type Counts struct {
	References int64 `json:"refs"`
	Users      int64 `json:"users"`
	Transfers  int64 `json:"transfers"`
	Changes    int64 `json:"changes"`
}

// add counts a record.
func (c *Counts) add(r record) {
	switch r.place().section {
	case refs:
		c.References++
	case users:
		c.Users++
	case transfers:
		c.Transfers++
	case changes:
		c.Changes++
	}
}

// Sum returns the total number of records.
func (c Counts) Sum() int64 { return c.References + c.Users + c.Transfers + c.Changes }

func (c Counts) plus(d Counts) Counts {
	return Counts{c.References + d.References, c.Users + d.Users, c.Transfers + d.Transfers, c.Changes + d.Changes}
}
