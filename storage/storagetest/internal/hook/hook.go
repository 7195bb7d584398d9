// Package hook wraps the Reader and Writer of a storage. A function runs in the place of each
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
	Reader storage.Reader // that the method is called on; inside Update a storage.Writer
	Args   []any          // pointers to the arguments, without the context
	Result any            // a pointer to what the method returns; nil if that is only an error

	run func(*Call) error
}

// Run calls the method, stores its result in Result, and returns its error. Revision,
// ConfigRevision and Next return no error.
func (c *Call) Run() error { return c.run(c) }

// Hook runs in the place of a method. The method returns the Result of the call and the error of
// the Hook.
type Hook func(*Call) error

// Writer returns the Reader of a call in an Update.
func (c *Call) Writer() storage.Writer { return c.Reader.(storage.Writer) }

// read lets the hook of r run in the place of a method. run calls the method with what is in the
// Call and in args, which are pointers to the arguments. read returns the Result of the Call and
// the error of the hook.
func read[T any](
	ctx context.Context, r Reader, method string, run func(*Call) (T, error), args ...any,
) (v T, err error) {
	err = r.Hook(&Call{method, ctx, r.Reader, args, &v, func(c *Call) (err error) {
		v, err = run(c)
		return err
	}})
	return v, err
}

// revision is read for a method that cannot fail.
func revision(r Reader, method string, run func(*Call) user.Revision) user.Revision {
	v, _ := read(context.Background(), r, method, func(c *Call) (user.Revision, error) { return run(c), nil })
	return v
}

func read1[A, T any](
	ctx context.Context, r Reader, name string, method func(storage.Reader, context.Context, A) (T, error), a A,
) (T, error) {
	return read(ctx, r, name, func(c *Call) (T, error) { return method(c.Reader, c.Ctx, a) }, &a)
}

func read2[A, B, T any](
	ctx context.Context, r Reader, name string, method func(storage.Reader, context.Context, A, B) (T, error), a A, b B,
) (T, error) {
	return read(ctx, r, name, func(c *Call) (T, error) { return method(c.Reader, c.Ctx, a, b) }, &a, &b)
}

func read3[A, B, C, T any](
	ctx context.Context, r Reader, name string,
	method func(storage.Reader, context.Context, A, B, C) (T, error), a A, b B, c C,
) (T, error) {
	return read(ctx, r, name, func(call *Call) (T, error) { return method(call.Reader, call.Ctx, a, b, c) }, &a, &b, &c)
}

func write1[A any](
	ctx context.Context, w Writer, name string, method func(storage.Writer, context.Context, A) error, a A,
) error {
	return w.Hook(&Call{name, ctx, w.Reader.Reader, []any{&a}, nil, func(c *Call) error {
		return method(c.Writer(), c.Ctx, a)
	}})
}

func write2[A, B any](
	ctx context.Context, w Writer, name string, method func(storage.Writer, context.Context, A, B) error, a A, b B,
) error {
	return w.Hook(&Call{name, ctx, w.Reader.Reader, []any{&a, &b}, nil, func(c *Call) error {
		return method(c.Writer(), c.Ctx, a, b)
	}})
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

func (r Reader) Revision() user.Revision {
	return revision(r, "Revision", func(c *Call) user.Revision { return c.Reader.Revision() })
}

func (r Reader) ConfigRevision() user.Revision {
	return revision(r, "ConfigRevision", func(c *Call) user.Revision { return c.Reader.ConfigRevision() })
}

func (w Writer) Next() user.Revision {
	return revision(w.Reader, "Next", func(c *Call) user.Revision { return c.Writer().Next() })
}

func (r Reader) Account(ctx context.Context) (user.Account, error) {
	return read(ctx, r, "Account", func(c *Call) (user.Account, error) { return c.Reader.Account(c.Ctx) })
}

func (r Reader) User(ctx context.Context, id user.ID) (user.User, error) {
	return read1(ctx, r, "User", storage.Reader.User, id)
}

func (r Reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	return read1(ctx, r, "UserByKey", storage.Reader.UserByKey, k)
}

func (r Reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	return read1(ctx, r, "Users", storage.Reader.Users, q)
}

func (r Reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	return read1(ctx, r, "CountUsers", storage.Reader.CountUsers, q)
}

func (r Reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	return read1(ctx, r, "Secret", storage.Reader.Secret, id)
}

func (r Reader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	return read2(ctx, r, "Reference", storage.Reader.Reference, k, id)
}

func (r Reader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	return read2(ctx, r, "ReferenceByName", storage.Reader.ReferenceByName, k, name)
}

func (r Reader) References(
	ctx context.Context, k user.ReferenceKind, after int64, limit int,
) ([]user.Reference, error) {
	return read3(ctx, r, "References", storage.Reader.References, k, after, limit)
}

func (r Reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	return read1(ctx, r, "Transfer", storage.Reader.Transfer, id)
}

func (r Reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	return read1(ctx, r, "TransferByKey", storage.Reader.TransferByKey, key)
}

func (r Reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	return read1(ctx, r, "Reversal", storage.Reader.Reversal, id)
}

func (r Reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	return read1(ctx, r, "Transfers", storage.Reader.Transfers, q)
}

func (r Reader) Statement(
	ctx context.Context, h balance.Holder, before storage.EntryID, limit int,
) ([]balance.Entry, error) {
	return read3(ctx, r, "Statement", storage.Reader.Statement, h, before, limit)
}

func (r Reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	return read1(ctx, r, "Changes", storage.Reader.Changes, q)
}

func (r Reader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	return read1(ctx, r, "Delivery", storage.Reader.Delivery, name)
}

func (r Reader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	return read2(ctx, r, "Deliveries", storage.Reader.Deliveries, after, limit)
}

func (r Reader) DeadLetters(
	ctx context.Context, name string, after storage.ChangeID, limit int,
) ([]storage.DeadLetter, error) {
	return read3(ctx, r, "DeadLetters", storage.Reader.DeadLetters, name, after, limit)
}

func (r Reader) Counters(ctx context.Context) (storage.Counters, error) {
	return read(ctx, r, "Counters", func(c *Call) (storage.Counters, error) { return c.Reader.Counters(c.Ctx) })
}

func (r Reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	return read(ctx, r, "Balances", func(c *Call) ([]balance.Units, error) {
		return c.Reader.Balances(c.Ctx, holders...)
	}, &holders)
}

func (w Writer) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	return read(ctx, w.Reader, "NextID", func(c *Call) (int64, error) { return c.Writer().NextID(c.Ctx, s) }, &s)
}

func (w Writer) PutAccount(ctx context.Context, a user.Account) error {
	return write1(ctx, w, "PutAccount", storage.Writer.PutAccount, a)
}

func (w Writer) PutUser(ctx context.Context, u user.User) error {
	return write1(ctx, w, "PutUser", storage.Writer.PutUser, u)
}

func (w Writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	return write2(ctx, w, "PutSecret", storage.Writer.PutSecret, id, s)
}

func (w Writer) PutReference(ctx context.Context, r user.Reference) error {
	return write1(ctx, w, "PutReference", storage.Writer.PutReference, r)
}

func (w Writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	return write2(ctx, w, "DeleteReference", storage.Writer.DeleteReference, k, id)
}

func (w Writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	return write1(ctx, w, "PostTransfer", storage.Writer.PostTransfer, t)
}

func (w Writer) AppendChange(ctx context.Context, c storage.Change) error {
	return write1(ctx, w, "AppendChange", storage.Writer.AppendChange, c)
}

func (w Writer) Scrub(ctx context.Context, id user.ID) error {
	return write1(ctx, w, "Scrub", storage.Writer.Scrub, id)
}

func (w Writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	return write1(ctx, w, "CompactChanges", storage.Writer.CompactChanges, last)
}

func (w Writer) PutDelivery(ctx context.Context, d storage.Delivery) error {
	return write1(ctx, w, "PutDelivery", storage.Writer.PutDelivery, d)
}

func (w Writer) DeleteDelivery(ctx context.Context, name string) error {
	return write1(ctx, w, "DeleteDelivery", storage.Writer.DeleteDelivery, name)
}

func (w Writer) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	return write2(ctx, w, "PutDeadLetter", storage.Writer.PutDeadLetter, name, l)
}

func (w Writer) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	return write2(ctx, w, "DeleteDeadLetter", storage.Writer.DeleteDeadLetter, name, id)
}

func (w Writer) Load(ctx context.Context, c storage.Counters) error {
	return write1(ctx, w, "Load", storage.Writer.Load, c)
}
