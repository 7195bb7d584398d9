// Package hook wraps a storage, and its Reader and Writer. A function runs in the place of each
// method.
package hook

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Call is a call of a method. A Hook may change everything in it before Run, and Result afterwards.
type Call struct {
	Method string
	Ctx    context.Context
	Reader storage.Reader // that the method is called on, inside Update a storage.Writer; nil for a method of Storage
	Args   []any          // pointers to the arguments, without the context
	Result any            // a pointer to what the method returns; nil if that is only an error

	run func(*Call) error
}

// Hook is called instead of a method. It calls the method with Call.Run, or does not. The method
// then returns Call.Result and the error of the Hook.
type Hook func(*Call) error

// Run calls the method, stores its result in Result, and returns its error. Revision,
// ConfigRevision and Next return no error.
func (c *Call) Run() error { return c.run(c) }

// Via returns a copy of c for a second hook h. When the copy is run, h is called with c instead of
// the method, after the context and Reader of the copy were stored in c. Run returns the error of
// h.
func (c *Call) Via(h Hook) *Call {
	via := *c
	via.run = func(now *Call) error {
		c.Ctx, c.Reader = now.Ctx, now.Reader
		return h(c)
	}
	return &via
}

// Writer returns c.Reader as a Writer. It panics if c is not a call in an Update.
func (c *Call) Writer() storage.Writer { return c.Reader.(storage.Writer) }

// call runs the hook of r instead of the named method, and returns the result of the Call and the
// error of the hook. If the hook runs the Call, run calls the method on the Reader of the Call.
// args are pointers to the arguments.
func call[T any](
	ctx context.Context, r Reader, method string, run func(*Call) (T, error), args ...any,
) (v T, err error) {
	err = r.Hook(&Call{method, ctx, r.Reader, args, &v, func(c *Call) (err error) {
		v, err = run(c)
		return err
	}})
	return v, err
}

// Storage is a storage.Storage with a hook. The hook runs for the methods of Storage only; Viewing
// and Updating add a hook to the Reader and the Writer.
type Storage struct {
	Storage storage.Storage
	Hook    Hook
}

func (s Storage) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	run := func(c *Call) error { return s.Storage.View(c.Ctx, a, fn) }
	return s.Hook(&Call{"View", ctx, nil, []any{&a, &fn}, nil, run})
}

func (s Storage) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	run := func(c *Call) (user.Revision, error) { return s.Storage.Update(c.Ctx, a, fn) }
	return call(ctx, Reader{Hook: s.Hook}, "Update", run, &a, &fn)
}

func (s Storage) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	run := func(c *Call) (user.Revision, error) { return s.Storage.DeleteAccount(c.Ctx, a) }
	return call(ctx, Reader{Hook: s.Hook}, "DeleteAccount", run, &a)
}

func (s Storage) Accounts(
	ctx context.Context, state storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	run := func(c *Call) ([]user.AccountID, error) { return s.Storage.Accounts(c.Ctx, state, after, limit) }
	return call(ctx, Reader{Hook: s.Hook}, "Accounts", run, &state, &after, &limit)
}

func (s Storage) Close() error {
	return s.Hook(&Call{"Close", context.Background(), nil, nil, nil, func(*Call) error { return s.Storage.Close() }})
}

// Waiter is a Storage that is a storage.Waiter. Its Storage must be one too.
type Waiter struct{ Storage }

func (s Waiter) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	run := func(c *Call) (user.Revision, error) { return s.Storage.Storage.(storage.Waiter).Wait(c.Ctx, a, after) }
	return call(ctx, Reader{Hook: s.Hook}, "Wait", run, &a, &after)
}

// Viewing returns fn with the hook h for each method of the Reader. It returns nil if fn is nil.
func Viewing(fn func(context.Context, storage.Reader) error, h Hook) func(context.Context, storage.Reader) error {
	if fn == nil {
		return nil
	}
	return func(ctx context.Context, r storage.Reader) error { return fn(ctx, Reader{r, h}) }
}

// Updating returns fn with the hook h for each method of the Writer. It returns nil if fn is nil.
func Updating(fn func(context.Context, storage.Writer) error, h Hook) func(context.Context, storage.Writer) error {
	if fn == nil {
		return nil
	}
	return func(ctx context.Context, w storage.Writer) error { return fn(ctx, NewWriter(w, h)) }
}

// Reader is a storage.Reader with a hook.
type Reader struct {
	storage.Reader
	Hook Hook
}

// Writer is a storage.Writer with a hook.
type Writer struct{ Reader }

// NewWriter returns w with the hook h.
func NewWriter(w storage.Writer, h Hook) Writer { return Writer{Reader{w, h}} }

// write runs the hook in the place of a method that returns only an error. run calls the method.
func (w Writer) write(ctx context.Context, method string, run func(*Call) error, args ...any) error {
	return w.Hook(&Call{method, ctx, w.Reader.Reader, args, nil, run})
}

// revision runs the hook of r in place of the named method, and returns the revision that run
// returns. run calls the method. The method cannot fail, so an error of the hook is ignored.
func (r Reader) revision(method string, run func(*Call) user.Revision) user.Revision {
	result := func(c *Call) (user.Revision, error) { return run(c), nil }
	v, _ := call(context.Background(), r, method, result)
	return v
}

func (r Reader) Revision() user.Revision {
	return r.revision("Revision", func(c *Call) user.Revision { return c.Reader.Revision() })
}

func (r Reader) ConfigRevision() user.Revision {
	return r.revision("ConfigRevision", func(c *Call) user.Revision { return c.Reader.ConfigRevision() })
}

func (w Writer) Next() user.Revision {
	return w.revision("Next", func(c *Call) user.Revision { return c.Writer().Next() })
}

func (r Reader) Account(ctx context.Context) (user.Account, error) {
	return call(ctx, r, "Account", func(c *Call) (user.Account, error) { return c.Reader.Account(c.Ctx) })
}

func (r Reader) User(ctx context.Context, id user.ID) (user.User, error) {
	return call(ctx, r, "User", func(c *Call) (user.User, error) { return c.Reader.User(c.Ctx, id) }, &id)
}

func (r Reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	return call(ctx, r, "UserByKey", func(c *Call) (user.User, error) { return c.Reader.UserByKey(c.Ctx, k) }, &k)
}

func (r Reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	return call(ctx, r, "Users", func(c *Call) ([]user.User, error) { return c.Reader.Users(c.Ctx, q) }, &q)
}

func (r Reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	return call(ctx, r, "CountUsers", func(c *Call) (int, error) { return c.Reader.CountUsers(c.Ctx, q) }, &q)
}

func (r Reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	return call(ctx, r, "Secret", func(c *Call) (user.Secret, error) { return c.Reader.Secret(c.Ctx, id) }, &id)
}

func (r Reader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	run := func(c *Call) (user.Reference, error) { return c.Reader.Reference(c.Ctx, k, id) }
	return call(ctx, r, "Reference", run, &k, &id)
}

func (r Reader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	run := func(c *Call) (user.Reference, error) { return c.Reader.ReferenceByName(c.Ctx, k, name) }
	return call(ctx, r, "ReferenceByName", run, &k, &name)
}

func (r Reader) References(
	ctx context.Context, k user.ReferenceKind, after int64, limit int,
) ([]user.Reference, error) {
	run := func(c *Call) ([]user.Reference, error) { return c.Reader.References(c.Ctx, k, after, limit) }
	return call(ctx, r, "References", run, &k, &after, &limit)
}

func (r Reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	run := func(c *Call) (balance.Transfer, error) { return c.Reader.Transfer(c.Ctx, id) }
	return call(ctx, r, "Transfer", run, &id)
}

func (r Reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	run := func(c *Call) (balance.Transfer, error) { return c.Reader.TransferByKey(c.Ctx, key) }
	return call(ctx, r, "TransferByKey", run, &key)
}

func (r Reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	run := func(c *Call) (balance.TransferID, error) { return c.Reader.Reversal(c.Ctx, id) }
	return call(ctx, r, "Reversal", run, &id)
}

func (r Reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	run := func(c *Call) ([]balance.Transfer, error) { return c.Reader.Transfers(c.Ctx, q) }
	return call(ctx, r, "Transfers", run, &q)
}

func (r Reader) Statement(
	ctx context.Context, h balance.Holder, before storage.EntryID, limit int,
) ([]balance.Entry, error) {
	run := func(c *Call) ([]balance.Entry, error) { return c.Reader.Statement(c.Ctx, h, before, limit) }
	return call(ctx, r, "Statement", run, &h, &before, &limit)
}

func (r Reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	return call(ctx, r, "Changes", func(c *Call) ([]storage.Change, error) { return c.Reader.Changes(c.Ctx, q) }, &q)
}

func (r Reader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	run := func(c *Call) (storage.Delivery, error) { return c.Reader.Delivery(c.Ctx, name) }
	return call(ctx, r, "Delivery", run, &name)
}

func (r Reader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	run := func(c *Call) ([]storage.Delivery, error) { return c.Reader.Deliveries(c.Ctx, after, limit) }
	return call(ctx, r, "Deliveries", run, &after, &limit)
}

func (r Reader) DeadLetters(
	ctx context.Context, name string, after storage.ChangeID, limit int,
) ([]storage.DeadLetter, error) {
	run := func(c *Call) ([]storage.DeadLetter, error) { return c.Reader.DeadLetters(c.Ctx, name, after, limit) }
	return call(ctx, r, "DeadLetters", run, &name, &after, &limit)
}

func (r Reader) Counters(ctx context.Context) (storage.Counters, error) {
	return call(ctx, r, "Counters", func(c *Call) (storage.Counters, error) { return c.Reader.Counters(c.Ctx) })
}

func (r Reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	run := func(c *Call) ([]balance.Units, error) { return c.Reader.Balances(c.Ctx, holders...) }
	return call(ctx, r, "Balances", run, &holders)
}

func (w Writer) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	return call(ctx, w.Reader, "NextID", func(c *Call) (int64, error) { return c.Writer().NextID(c.Ctx, s) }, &s)
}

func (w Writer) PutAccount(ctx context.Context, a user.Account) error {
	return w.write(ctx, "PutAccount", func(c *Call) error { return c.Writer().PutAccount(c.Ctx, a) }, &a)
}

func (w Writer) PutUser(ctx context.Context, u user.User) error {
	return w.write(ctx, "PutUser", func(c *Call) error { return c.Writer().PutUser(c.Ctx, u) }, &u)
}

func (w Writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	return w.write(ctx, "PutSecret", func(c *Call) error { return c.Writer().PutSecret(c.Ctx, id, s) }, &id, &s)
}

func (w Writer) PutReference(ctx context.Context, r user.Reference) error {
	return w.write(ctx, "PutReference", func(c *Call) error { return c.Writer().PutReference(c.Ctx, r) }, &r)
}

func (w Writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	run := func(c *Call) error { return c.Writer().DeleteReference(c.Ctx, k, id) }
	return w.write(ctx, "DeleteReference", run, &k, &id)
}

func (w Writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	return w.write(ctx, "PostTransfer", func(c *Call) error { return c.Writer().PostTransfer(c.Ctx, t) }, &t)
}

func (w Writer) AppendChange(ctx context.Context, change storage.Change) error {
	return w.write(ctx, "AppendChange", func(c *Call) error { return c.Writer().AppendChange(c.Ctx, change) }, &change)
}

func (w Writer) Scrub(ctx context.Context, id user.ID) error {
	return w.write(ctx, "Scrub", func(c *Call) error { return c.Writer().Scrub(c.Ctx, id) }, &id)
}

func (w Writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	return w.write(ctx, "CompactChanges", func(c *Call) error { return c.Writer().CompactChanges(c.Ctx, last) }, &last)
}

func (w Writer) PutDelivery(ctx context.Context, d storage.Delivery) error {
	return w.write(ctx, "PutDelivery", func(c *Call) error { return c.Writer().PutDelivery(c.Ctx, d) }, &d)
}

func (w Writer) DeleteDelivery(ctx context.Context, name string) error {
	return w.write(ctx, "DeleteDelivery", func(c *Call) error { return c.Writer().DeleteDelivery(c.Ctx, name) }, &name)
}

func (w Writer) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	run := func(c *Call) error { return c.Writer().PutDeadLetter(c.Ctx, name, l) }
	return w.write(ctx, "PutDeadLetter", run, &name, &l)
}

func (w Writer) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	run := func(c *Call) error { return c.Writer().DeleteDeadLetter(c.Ctx, name, id) }
	return w.write(ctx, "DeleteDeadLetter", run, &name, &id)
}

func (w Writer) Load(ctx context.Context, counters storage.Counters) error {
	return w.write(ctx, "Load", func(c *Call) error { return c.Writer().Load(c.Ctx, counters) }, &counters)
}
