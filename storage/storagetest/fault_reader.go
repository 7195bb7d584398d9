package storagetest

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// faultReader calls the function call before each method that can fail, and returns its error.
type faultReader struct {
	storage.Reader
	call func(method string) error
}

func (r faultReader) Account(ctx context.Context) (user.Account, error) {
	if err := r.call("Account"); err != nil {
		return user.Account{}, err
	}
	return r.Reader.Account(ctx)
}

func (r faultReader) User(ctx context.Context, id user.ID) (user.User, error) {
	if err := r.call("User"); err != nil {
		return user.User{}, err
	}
	return r.Reader.User(ctx, id)
}

func (r faultReader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.call("UserByKey"); err != nil {
		return user.User{}, err
	}
	return r.Reader.UserByKey(ctx, k)
}

func (r faultReader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := r.call("Users"); err != nil {
		return nil, err
	}
	return r.Reader.Users(ctx, q)
}

func (r faultReader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	if err := r.call("CountUsers"); err != nil {
		return 0, err
	}
	return r.Reader.CountUsers(ctx, q)
}

func (r faultReader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	if err := r.call("Secret"); err != nil {
		return user.Secret{}, err
	}
	return r.Reader.Secret(ctx, id)
}

func (r faultReader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	if err := r.call("Reference"); err != nil {
		return user.Reference{}, err
	}
	return r.Reader.Reference(ctx, k, id)
}

func (r faultReader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	if err := r.call("ReferenceByName"); err != nil {
		return user.Reference{}, err
	}
	return r.Reader.ReferenceByName(ctx, k, name)
}

func (r faultReader) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	if err := r.call("References"); err != nil {
		return nil, err
	}
	return r.Reader.References(ctx, k, after, limit)
}

func (r faultReader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.call("Balances"); err != nil {
		return nil, err
	}
	return r.Reader.Balances(ctx, holders...)
}

func (r faultReader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if err := r.call("Transfer"); err != nil {
		return balance.Transfer{}, err
	}
	return r.Reader.Transfer(ctx, id)
}

func (r faultReader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if err := r.call("TransferByKey"); err != nil {
		return balance.Transfer{}, err
	}
	return r.Reader.TransferByKey(ctx, key)
}

func (r faultReader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if err := r.call("Reversal"); err != nil {
		return 0, err
	}
	return r.Reader.Reversal(ctx, id)
}

func (r faultReader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	if err := r.call("Transfers"); err != nil {
		return nil, err
	}
	return r.Reader.Transfers(ctx, q)
}

func (r faultReader) Statement(ctx context.Context, h balance.Holder, before storage.EntryID, limit int) ([]balance.Entry, error) {
	if err := r.call("Statement"); err != nil {
		return nil, err
	}
	return r.Reader.Statement(ctx, h, before, limit)
}

func (r faultReader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	if err := r.call("Changes"); err != nil {
		return nil, err
	}
	return r.Reader.Changes(ctx, q)
}

func (r faultReader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	if err := r.call("Delivery"); err != nil {
		return storage.Delivery{}, err
	}
	return r.Reader.Delivery(ctx, name)
}

func (r faultReader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	if err := r.call("Deliveries"); err != nil {
		return nil, err
	}
	return r.Reader.Deliveries(ctx, after, limit)
}

func (r faultReader) DeadLetters(ctx context.Context, name string, after storage.ChangeID, limit int) ([]storage.DeadLetter, error) {
	if err := r.call("DeadLetters"); err != nil {
		return nil, err
	}
	return r.Reader.DeadLetters(ctx, name, after, limit)
}

func (r faultReader) Counters(ctx context.Context) (storage.Counters, error) {
	if err := r.call("Counters"); err != nil {
		return storage.Counters{}, err
	}
	return r.Reader.Counters(ctx)
}
