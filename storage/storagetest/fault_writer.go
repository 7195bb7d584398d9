package storagetest

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// faultWriter calls the function call before each method that can fail, and returns its error.
type faultWriter struct {
	faultReader
	writer storage.Writer
}

func (w faultWriter) Next() user.Revision { return w.writer.Next() }

func (w faultWriter) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	if err := w.call("NextID"); err != nil {
		return 0, err
	}
	return w.writer.NextID(ctx, s)
}

func (w faultWriter) PutAccount(ctx context.Context, a user.Account) error {
	if err := w.call("PutAccount"); err != nil {
		return err
	}
	return w.writer.PutAccount(ctx, a)
}

func (w faultWriter) PutUser(ctx context.Context, u user.User) error {
	if err := w.call("PutUser"); err != nil {
		return err
	}
	return w.writer.PutUser(ctx, u)
}

func (w faultWriter) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	if err := w.call("PutSecret"); err != nil {
		return err
	}
	return w.writer.PutSecret(ctx, id, s)
}

func (w faultWriter) PutReference(ctx context.Context, r user.Reference) error {
	if err := w.call("PutReference"); err != nil {
		return err
	}
	return w.writer.PutReference(ctx, r)
}

func (w faultWriter) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	if err := w.call("DeleteReference"); err != nil {
		return err
	}
	return w.writer.DeleteReference(ctx, k, id)
}

func (w faultWriter) PostTransfer(ctx context.Context, t balance.Transfer) error {
	if err := w.call("PostTransfer"); err != nil {
		return err
	}
	return w.writer.PostTransfer(ctx, t)
}

func (w faultWriter) AppendChange(ctx context.Context, c storage.Change) error {
	if err := w.call("AppendChange"); err != nil {
		return err
	}
	return w.writer.AppendChange(ctx, c)
}

func (w faultWriter) Scrub(ctx context.Context, id user.ID) error {
	if err := w.call("Scrub"); err != nil {
		return err
	}
	return w.writer.Scrub(ctx, id)
}

func (w faultWriter) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := w.call("CompactChanges"); err != nil {
		return err
	}
	return w.writer.CompactChanges(ctx, last)
}

func (w faultWriter) PutDelivery(ctx context.Context, d storage.Delivery) error {
	if err := w.call("PutDelivery"); err != nil {
		return err
	}
	return w.writer.PutDelivery(ctx, d)
}

func (w faultWriter) DeleteDelivery(ctx context.Context, name string) error {
	if err := w.call("DeleteDelivery"); err != nil {
		return err
	}
	return w.writer.DeleteDelivery(ctx, name)
}

func (w faultWriter) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	if err := w.call("PutDeadLetter"); err != nil {
		return err
	}
	return w.writer.PutDeadLetter(ctx, name, l)
}

func (w faultWriter) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	if err := w.call("DeleteDeadLetter"); err != nil {
		return err
	}
	return w.writer.DeleteDeadLetter(ctx, name, id)
}

func (w faultWriter) Load(ctx context.Context, c storage.Counters) error {
	if err := w.call("Load"); err != nil {
		return err
	}
	return w.writer.Load(ctx, c)
}
