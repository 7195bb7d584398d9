package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// KillDeliverers tests that no change is lost when processes that deliver the changes of a storage
// are killed. The parameter kills is the number of processes to kill, one after the other, while
// this process writes changes to the account "acme" of the storage s. The account must not exist
// before. Two deliverers run at a time: most kills hit the deliverer that sent the last change,
// some hit the deliverer that waits. where is the place of s, as the function open of
// DeliverIfAsked receives it.
//
// The receiver of the changes sometimes fails, hangs, or answers with bytes that are not HTTP. It
// must receive every change at least once, and the changes of each user in order. A second
// delivery, in this process and without faults, must receive every change exactly once and in
// order. Otherwise KillDeliverers fails the test.
func KillDeliverers(t *testing.T, kills int, where string, s storage.Storage) {
	t.Helper()
	host := roster.New(s).As(delivered, roster.SystemActor())
	if _, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	const users = 8
	for i := range users {
		login := fmt.Sprint("user", i)
		if _, err := host.Create(t.Context(), roster.CreateParams{User: user.User{Identity: user.Identity{Login: login}}}); err != nil {
			t.Fatal(err)
		}
	}
	receiver := newReceiver()
	server := httptest.NewServer(receiver)
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var writing, delivering sync.WaitGroup
	stop := make(chan struct{})
	writing.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-time.After(rand.N(4 * time.Millisecond)):
			}
			patch := user.Patch{Description: user.Set(fmt.Sprint("edit ", n))}
			if _, err := host.Patch(ctx, user.ID(1+n%users), patch); err != nil {
				t.Errorf("write %d: %v", n, err)
				return
			}
		}
	})
	var beside []storage.ChangeID
	delivering.Go(func() {
		err := roster.Deliver(ctx, host, "beside", func(_ context.Context, c storage.Change) error {
			beside = append(beside, c.ID)
			return nil
		}, roster.DeliverOptions{Batch: 50})
		if ctx.Err() == nil {
			t.Errorf("the delivery beside ended: %v", err)
		}
	})

	running := [2]*exec.Cmd{}
	for i := range running {
		running[i] = startDeliverer(t, where, server.URL, 1+9*i)
	}
	for range kills {
		sender := receiver.awaitChange(t)
		time.Sleep(rand.N(20 * time.Millisecond))
		i := rand.IntN(2)
		if rand.IntN(4) > 0 && running[1-i].Process.Pid == sender {
			i = 1 - i
		}
		_ = running[i].Process.Kill()
		_ = running[i].Wait()
		running[i] = startDeliverer(t, where, server.URL, 1+9*rand.IntN(2))
	}
	close(stop)
	writing.Wait()
	all := changesOf(t, s)
	last := all[len(all)-1].ID
	for limit := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		deliveries, err := host.Deliveries(t.Context(), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		behind := 0
		for _, d := range deliveries {
			if d.Position != last {
				behind++
			}
		}
		if behind == 0 {
			break
		}
		if time.Now().After(limit) {
			t.Errorf("after %s the deliveries are at %+v, the last change is %v", patience, deliveries, last)
			break
		}
	}
	for _, cmd := range running {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	cancel()
	delivering.Wait()
	receiver.check(t, all)
	if len(beside) != len(all) {
		t.Errorf("beside it came %d changes, of %d", len(beside), len(all))
	}
	for i := range min(len(beside), len(all)) {
		if beside[i] != all[i].ID {
			t.Fatalf("beside it %v came in the place of %v", beside[i], all[i].ID)
		}
	}
	t.Logf("%d kills", kills)
}

// changesOf returns all changes of the account "acme" in the storage s, oldest first. It fails the
// test if it cannot read them.
func changesOf(tb testing.TB, s storage.Storage) (all []storage.Change) {
	tb.Helper()
	err := s.View(context.Background(), delivered, func(ctx context.Context, r storage.Reader) error {
		all = nil
		for after := (storage.ChangeID{}); ; {
			page, err := r.Changes(ctx, storage.ChangeQuery{After: after})
			if err != nil || len(page) == 0 {
				return err
			}
			all = append(all, page...)
			after = page[len(page)-1].ID
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}
