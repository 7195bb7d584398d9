package storagetest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// Each call that an operation makes is made to fail in turn. Whichever it is, nothing of the
// operation is kept.
func ExampleFaults() {
	ctx := context.Background()
	create := func(s storage.Storage) error {
		_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
			id, err := w.NextID(ctx, storage.UserIDs)
			if err != nil {
				return err
			}
			u := user.User{ID: user.ID(id), Version: w.Next()}
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
			return w.AppendChange(ctx, storage.Change{Type: storage.UserCreated, UserID: u.ID, Created: &u})
		})
		return err
	}
	for n := 1; ; n++ {
		s := storagetest.Faults(memstore.New(), n)
		err := create(s)
		method, fired := s.Fired()
		if !fired {
			fmt.Println("without a fault:", err)
			return
		}
		written, _ := s.Accounts(ctx, storage.NotDeleted, "", 0)
		fmt.Println(method, "fails:", errors.Is(err, storagetest.ErrInjected), "accounts written to:", len(written))
	}
	// Output:
	// Update fails: true accounts written to: 0
	// NextID fails: true accounts written to: 0
	// PutUser fails: true accounts written to: 0
	// AppendChange fails: true accounts written to: 0
	// commit fails: true accounts written to: 0
	// without a fault: <nil>
}

// A function with an effect beside its writes shows under Twice.
func ExampleTwice() {
	s := storagetest.Twice(memstore.New())
	mails := 0
	_, err := s.Update(context.Background(), "acme", func(ctx context.Context, w storage.Writer) error {
		mails++ // wrong: send it when Update has returned
		return w.PutUser(ctx, user.User{ID: 1})
	})
	fmt.Println("mails:", mails, "error:", err)
	// Output: mails: 2 error: <nil>
}
