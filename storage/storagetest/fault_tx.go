package storagetest

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// unless returns err, or the results of call if err is nil.
func unless[T any](err error, call func() (T, error)) (v T, _ error) {
	if err != nil {
		return v, err
	}
	return call()
}

// unlessFails returns err, or the result of call if err is nil.
func unlessFails(err error, call func() error) error {
	if err != nil {
		return err
	}
	return call()
}

// faultReader calls the function call before each method that can fail, and returns its error.
type faultReader struct {
	storage.Reader
	call func(method string) error
}

func (r faultReader) Account(ctx context.Context) (user.Account, error) {
	return unless(r.call("Account"), func() (user.Account, error) { return r.Reader.Account(ctx) })
}

func (r faultReader) User(ctx context.Context, id user.ID) (user.User, error) {
	return unless(r.call("User"), func() (user.User, error) { return r.Reader.User(ctx, id) })
}

func (r faultReader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	return unless(r.call("UserByKey"), func() (user.User, error) { return r.Reader.UserByKey(ctx, k) })
}

func (r faultReader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	return unless(r.call("Users"), func() ([]user.User, error) { return r.Reader.Users(ctx, q) })
}

func (r faultReader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	return unless(r.call("CountUsers"), func() (int, error) { return r.Reader.CountUsers(ctx, q) })
}

func (r faultReader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	return unless(r.call("Secret"), func() (user.Secret, error) { return r.Reader.Secret(ctx, id) })
}

func (r faultReader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	return unless(r.call("Reference"), func() (user.Reference, error) { return r.Reader.Reference(ctx, k, id) })
}

func (r faultReader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	return unless(r.call("ReferenceByName"), func() (user.Reference, error) { return r.Reader.ReferenceByName(ctx, k, name) })
}

func (r faultReader) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	return unless(r.call("References"), func() ([]user.Reference, error) { return r.Reader.References(ctx, k, after, limit) })
}

func (r faultReader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	return unless(r.call("Balances"), func() ([]balance.Units, error) { return r.Reader.Balances(ctx, holders...) })
}

func (r faultReader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	return unless(r.call("Transfer"), func() (balance.Transfer, error) { return r.Reader.Transfer(ctx, id) })
}

func (r faultReader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	return unless(r.call("TransferByKey"), func() (balance.Transfer, error) { return r.Reader.TransferByKey(ctx, key) })
}

func (r faultReader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	return unless(r.call("Reversal"), func() (balance.TransferID, error) { return r.Reader.Reversal(ctx, id) })
}

func (r faultReader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	return unless(r.call("Transfers"), func() ([]balance.Transfer, error) { return r.Reader.Transfers(ctx, q) })
}

func (r faultReader) Statement(ctx context.Context, h balance.Holder, before storage.EntryID, limit int) ([]balance.Entry, error) {
	return unless(r.call("Statement"), func() ([]balance.Entry, error) { return r.Reader.Statement(ctx, h, before, limit) })
}

func (r faultReader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	return unless(r.call("Changes"), func() ([]storage.Change, error) { return r.Reader.Changes(ctx, q) })
}

func (r faultReader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	return unless(r.call("Delivery"), func() (storage.Delivery, error) { return r.Reader.Delivery(ctx, name) })
}

func (r faultReader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	return unless(r.call("Deliveries"), func() ([]storage.Delivery, error) { return r.Reader.Deliveries(ctx, after, limit) })
}

func (r faultReader) DeadLetters(ctx context.Context, name string, after storage.ChangeID, limit int) ([]storage.DeadLetter, error) {
	return unless(r.call("DeadLetters"), func() ([]storage.DeadLetter, error) { return r.Reader.DeadLetters(ctx, name, after, limit) })
}

func (r faultReader) Counters(ctx context.Context) (storage.Counters, error) {
	return unless(r.call("Counters"), func() (storage.Counters, error) { return r.Reader.Counters(ctx) })
}

// faultWriter calls the function call before each method that can fail, and returns its error.
type faultWriter struct {
	faultReader
	writer storage.Writer
}

func (w faultWriter) Next() user.Revision { return w.writer.Next() }

func (w faultWriter) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	return unless(w.call("NextID"), func() (int64, error) { return w.writer.NextID(ctx, s) })
}

func (w faultWriter) PutAccount(ctx context.Context, a user.Account) error {
	return unlessFails(w.call("PutAccount"), func() error { return w.writer.PutAccount(ctx, a) })
}

func (w faultWriter) PutUser(ctx context.Context, u user.User) error {
	return unlessFails(w.call("PutUser"), func() error { return w.writer.PutUser(ctx, u) })
}

func (w faultWriter) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	return unlessFails(w.call("PutSecret"), func() error { return w.writer.PutSecret(ctx, id, s) })
}

func (w faultWriter) PutReference(ctx context.Context, r user.Reference) error {
	return unlessFails(w.call("PutReference"), func() error { return w.writer.PutReference(ctx, r) })
}

func (w faultWriter) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	return unlessFails(w.call("DeleteReference"), func() error { return w.writer.DeleteReference(ctx, k, id) })
}

func (w faultWriter) PostTransfer(ctx context.Context, t balance.Transfer) error {
	return unlessFails(w.call("PostTransfer"), func() error { return w.writer.PostTransfer(ctx, t) })
}

func (w faultWriter) AppendChange(ctx context.Context, c storage.Change) error {
	return unlessFails(w.call("AppendChange"), func() error { return w.writer.AppendChange(ctx, c) })
}

func (w faultWriter) Scrub(ctx context.Context, id user.ID) error {
	return unlessFails(w.call("Scrub"), func() error { return w.writer.Scrub(ctx, id) })
}

func (w faultWriter) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	return unlessFails(w.call("CompactChanges"), func() error { return w.writer.CompactChanges(ctx, last) })
}

func (w faultWriter) PutDelivery(ctx context.Context, d storage.Delivery) error {
	return unlessFails(w.call("PutDelivery"), func() error { return w.writer.PutDelivery(ctx, d) })
}

func (w faultWriter) DeleteDelivery(ctx context.Context, name string) error {
	return unlessFails(w.call("DeleteDelivery"), func() error { return w.writer.DeleteDelivery(ctx, name) })
}

func (w faultWriter) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	return unlessFails(w.call("PutDeadLetter"), func() error { return w.writer.PutDeadLetter(ctx, name, l) })
}

func (w faultWriter) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	return unlessFails(w.call("DeleteDeadLetter"), func() error { return w.writer.DeleteDeadLetter(ctx, name, id) })
}

func (w faultWriter) Load(ctx context.Context, c storage.Counters) error {
	return unlessFails(w.call("Load"), func() error { return w.writer.Load(ctx, c) })
}
