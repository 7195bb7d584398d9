package codec

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/user"
)

// TestTimesBeyondYear9999: a record that says a time which the domain refuses is malformed, in both
// forms, so that none comes in with a stream or back from a storage.
func TestTimesBeyondYear9999(t *testing.T) {
	last := time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	first := time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)
	for _, c := range []struct {
		at time.Time
		ok bool
	}{{first, true}, {last, true}, {last.Add(time.Microsecond), false}, {first.Add(-time.Hour), false}, {time.UnixMicro(1<<63 - 1), false}} {
		u := user.User{ID: 1, Lifecycle: user.Lifecycle{Created: c.at}}
		back, err := DecodeUser(AppendUser(nil, u))
		if c.ok && (err != nil || !back.Lifecycle.Created.Equal(c.at)) || !c.ok && !errors.Is(err, ErrMalformed) {
			t.Errorf("%v comes back as %v, %v", c.at, back.Lifecycle.Created, err)
		}
	}
	for text, ok := range map[string]bool{
		`"9999-12-31T23:59:59.999999Z"`: true, `"9999-12-31T23:59:59-01:00"`: false, `"0000-12-31T23:59:59Z"`: false,
		`"10000-01-01T00:00:00Z"`: false, `327403382400000000`: false, `1`: false,
	} {
		_, err := DecodeUserJSON([]byte(fmt.Sprintf(`{"id":1,"created":%s}`, text)))
		if ok != (err == nil) || !ok && !errors.Is(err, ErrMalformed) {
			t.Errorf("created %s: error %v", text, err)
		}
	}
}
