// Package hook wraps the Reader and Writer of a storage: one function runs before each method that
// can fail, and another one gets the error of the method.
package hook

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Hooks are what runs around each method that can fail.
type Hooks struct {
	// Before gets the name of the method. If it returns an error, the method returns this error and
	// does nothing.
	Before func(ctx context.Context, method string) error
	// After gets the error of the method, which may be nil, and returns the one that the caller
	// gets.
	After func(error) error
}

func run[T any](ctx context.Context, h Hooks, method string, call func() (T, error)) (v T, err error) {
	if err := h.Before(ctx, method); err != nil {
		return v, err
	}
	v, err = call()
	return v, h.After(err)
}

func do(ctx context.Context, h Hooks, method string, call func() error) error {
	if err := h.Before(ctx, method); err != nil {
		return err
	}
	return h.After(call())
}

// Reader is a storage.Reader with hooks.
type Reader struct {
	storage.Reader
	Hooks
}

func (r Reader) Account(ctx context.Context) (user.Account, error) {
	return run(ctx, r.Hooks, "Account", func() (user.Account, error) { return r.Reader.Account(ctx) })
}

func (r Reader) User(ctx context.Context, id user.ID) (user.User, error) {
	return run(ctx, r.Hooks, "User", func() (user.User, error) { return r.Reader.User(ctx, id) })
}

func (r Reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	return run(ctx, r.Hooks, "UserByKey", func() (user.User, error) { return r.Reader.UserByKey(ctx, k) })
}

func (r Reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	return run(ctx, r.Hooks, "Users", func() ([]user.User, error) { return r.Reader.Users(ctx, q) })
}

func (r Reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	return run(ctx, r.Hooks, "CountUsers", func() (int, error) { return r.Reader.CountUsers(ctx, q) })
}

func (r Reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	return run(ctx, r.Hooks, "Secret", func() (user.Secret, error) { return r.Reader.Secret(ctx, id) })
}

func (r Reader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	return run(ctx, r.Hooks, "Reference", func() (user.Reference, error) { return r.Reader.Reference(ctx, k, id) })
}

func (r Reader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	return run(ctx, r.Hooks, "ReferenceByName", func() (user.Reference, error) { return r.Reader.ReferenceByName(ctx, k, name) })
}

func (r Reader) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	return run(ctx, r.Hooks, "References", func() ([]user.Reference, error) { return r.Reader.References(ctx, k, after, limit) })
}

func (r Reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	return run(ctx, r.Hooks, "Balances", func() ([]balance.Units, error) { return r.Reader.Balances(ctx, holders...) })
}

func (r Reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	return run(ctx, r.Hooks, "Transfer", func() (balance.Transfer, error) { return r.Reader.Transfer(ctx, id) })
}

func (r Reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	return run(ctx, r.Hooks, "TransferByKey", func() (balance.Transfer, error) { return r.Reader.TransferByKey(ctx, key) })
}

func (r Reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	return run(ctx, r.Hooks, "Reversal", func() (balance.TransferID, error) { return r.Reader.Reversal(ctx, id) })
}

func (r Reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	return run(ctx, r.Hooks, "Transfers", func() ([]balance.Transfer, error) { return r.Reader.Transfers(ctx, q) })
}

func (r Reader) Statement(ctx context.Context, h balance.Holder, before storage.EntryID, limit int) ([]balance.Entry, error) {
	return run(ctx, r.Hooks, "Statement", func() ([]balance.Entry, error) { return r.Reader.Statement(ctx, h, before, limit) })
}

func (r Reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	return run(ctx, r.Hooks, "Changes", func() ([]storage.Change, error) { return r.Reader.Changes(ctx, q) })
}

func (r Reader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	return run(ctx, r.Hooks, "Delivery", func() (storage.Delivery, error) { return r.Reader.Delivery(ctx, name) })
}

func (r Reader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	return run(ctx, r.Hooks, "Deliveries", func() ([]storage.Delivery, error) { return r.Reader.Deliveries(ctx, after, limit) })
}

func (r Reader) DeadLetters(ctx context.Context, name string, after storage.ChangeID, limit int) ([]storage.DeadLetter, error) {
	return run(ctx, r.Hooks, "DeadLetters", func() ([]storage.DeadLetter, error) { return r.Reader.DeadLetters(ctx, name, after, limit) })
}

func (r Reader) Counters(ctx context.Context) (storage.Counters, error) {
	return run(ctx, r.Hooks, "Counters", func() (storage.Counters, error) { return r.Reader.Counters(ctx) })
}

// Writer is a storage.Writer with hooks.
type Writer struct {
	Reader
	writer storage.Writer
}

// NewWriter returns w with hooks.
func NewWriter(w storage.Writer, h Hooks) Writer { return Writer{Reader{w, h}, w} }

func (w Writer) Next() user.Revision { return w.writer.Next() }

func (w Writer) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	return run(ctx, w.Hooks, "NextID", func() (int64, error) { return w.writer.NextID(ctx, s) })
}

func (w Writer) PutAccount(ctx context.Context, a user.Account) error {
	return do(ctx, w.Hooks, "PutAccount", func() error { return w.writer.PutAccount(ctx, a) })
}

func (w Writer) PutUser(ctx context.Context, u user.User) error {
	return do(ctx, w.Hooks, "PutUser", func() error { return w.writer.PutUser(ctx, u) })
}

func (w Writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	return do(ctx, w.Hooks, "PutSecret", func() error { return w.writer.PutSecret(ctx, id, s) })
}

func (w Writer) PutReference(ctx context.Context, r user.Reference) error {
	return do(ctx, w.Hooks, "PutReference", func() error { return w.writer.PutReference(ctx, r) })
}

func (w Writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	return do(ctx, w.Hooks, "DeleteReference", func() error { return w.writer.DeleteReference(ctx, k, id) })
}

func (w Writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	return do(ctx, w.Hooks, "PostTransfer", func() error { return w.writer.PostTransfer(ctx, t) })
}

func (w Writer) AppendChange(ctx context.Context, c storage.Change) error {
	return do(ctx, w.Hooks, "AppendChange", func() error { return w.writer.AppendChange(ctx, c) })
}

func (w Writer) Scrub(ctx context.Context, id user.ID) error {
	return do(ctx, w.Hooks, "Scrub", func() error { return w.writer.Scrub(ctx, id) })
}

func (w Writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	return do(ctx, w.Hooks, "CompactChanges", func() error { return w.writer.CompactChanges(ctx, last) })
}

func (w Writer) PutDelivery(ctx context.Context, d storage.Delivery) error {
	return do(ctx, w.Hooks, "PutDelivery", func() error { return w.writer.PutDelivery(ctx, d) })
}

func (w Writer) DeleteDelivery(ctx context.Context, name string) error {
	return do(ctx, w.Hooks, "DeleteDelivery", func() error { return w.writer.DeleteDelivery(ctx, name) })
}

func (w Writer) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	return do(ctx, w.Hooks, "PutDeadLetter", func() error { return w.writer.PutDeadLetter(ctx, name, l) })
}

func (w Writer) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	return do(ctx, w.Hooks, "DeleteDeadLetter", func() error { return w.writer.DeleteDeadLetter(ctx, name, id) })
}

func (w Writer) Load(ctx context.Context, c storage.Counters) error {
	return do(ctx, w.Hooks, "Load", func() error { return w.writer.Load(ctx, c) })
}
