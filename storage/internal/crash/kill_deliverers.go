package crash

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// KillDeliverers tests that no change is lost when processes that deliver changes are killed. While
// two such processes run, it writes to the account "acme" of the storage s, which must not exist
// before. kills is the number of kills; most of them hit the process that received the last change.
// place names the storage for the function open of ChildMain.
//
// The processes must receive each change at least once, and the new changes of each user in order.
// A second delivery in this process, without faults, must receive each change exactly once and in
// order. Otherwise the test fails.
func KillDeliverers(t *testing.T, kills int, place string, s storage.Storage) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	host := roster.New(s).As(delivered, roster.SystemActor())
	_, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"})
	must(err)
	const users = 8
	for i := range users {
		u := user.User{Identity: user.Identity{Login: fmt.Sprint("user", i)}}
		_, err := host.Create(t.Context(), roster.CreateParams{User: u})
		must(err)
	}
	in, out, err := os.Pipe() // one for all deliverers, so that their lines stay in order
	must(err)
	got := &receiver{seen: make(map[storage.ChangeID]bool), last: make(map[user.ID]storage.ChangeID)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var reading, writing, delivering sync.WaitGroup
	reading.Go(func() { got.read(in) })
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

	deliverer := func(batch int) *exec.Cmd { return start(t, out, "deliver", place, strconv.Itoa(batch)) }
	running := [2]*exec.Cmd{deliverer(1), deliverer(10)}
	for range kills {
		sender := got.awaitChange(t)
		time.Sleep(rand.N(20 * time.Millisecond))
		i := rand.IntN(2)
		if rand.IntN(4) > 0 && running[1-i].Process.Pid == sender {
			i = 1 - i
		}
		_ = running[i].Process.Kill()
		_ = running[i].Wait()
		running[i] = deliverer(1 + 9*rand.IntN(2))
	}
	close(stop)
	writing.Wait()
	all := changesOf(t, s)
	for limit := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		deliveries, err := host.Deliveries(t.Context(), "", 0)
		must(err)
		last := all[len(all)-1].ID
		if !slices.ContainsFunc(deliveries, func(d storage.Delivery) bool { return d.Position != last }) {
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
	_ = out.Close()
	reading.Wait()
	missing := 0
	for i, c := range all {
		if !got.seen[c.ID] {
			missing++
		}
		if i >= len(beside) || beside[i] != c.ID {
			t.Fatalf("beside it came %d changes of %d, and not %v in its place", len(beside), len(all), c.ID)
		}
	}
	if missing > 0 || len(got.seen) != len(all) || len(beside) != len(all) || len(got.wrong) > 0 {
		t.Errorf("%d changes came, and %d beside it, of %d; %d are missing; in the wrong order: %v",
			len(got.seen), len(beside), len(all), missing, got.wrong)
	}
	t.Logf("%d kills, %d changes", kills, len(all))
}

// receiver records the lines of deliverers.
type receiver struct {
	mu     sync.Mutex
	seen   map[storage.ChangeID]bool
	last   map[user.ID]storage.ChangeID
	wrong  []string
	sender int // the process that wrote the last line
}

// read records each line of in, until in ends. It adds a line to r.wrong if handle did not print
// the line, or if the change is new but its id is not greater than that of the user's last new
// change.
func (r *receiver) read(in io.Reader) {
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var id storage.ChangeID
		var about user.ID
		var pid int
		_, err := fmt.Sscan(lines.Text(), &id.Revision, &id.Index, &about, &pid)
		r.mu.Lock()
		r.sender = pid
		if !r.seen[id] {
			if !r.last[about].Less(id) || err != nil {
				r.wrong = append(r.wrong, fmt.Sprintf("%q after %v", lines.Text(), r.last[about]))
			}
			r.seen[id], r.last[about] = true, id
		}
		r.mu.Unlock()
	}
}

// awaitChange waits until a deliverer prints a line about a new change, and returns the process id
// of the deliverer that printed the newest line. It fails the test after 60 seconds.
func (r *receiver) awaitChange(tb testing.TB) (sender int) {
	tb.Helper()
	count := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		sender = r.sender
		return len(r.seen)
	}
	await(tb, "changes", count()+1, count)
	return sender
}

// changesOf returns all changes of the account "acme" in the storage s, oldest first.
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
