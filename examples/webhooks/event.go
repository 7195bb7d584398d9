package webhooks

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Event is the body of a request, as JSON.
type Event struct {
	Type      storage.ChangeType `json:"type"`      // "user.created"
	Timestamp time.Time          `json:"timestamp"` // when the change was made
	Data      Data               `json:"data"`
}

// Data is what happened. docs/records.md documents the JSON of a change.
type Data struct {
	Account user.AccountID `json:"account"`
	Change  storage.Change `json:"change"`
}

// EventOf returns the event of a change.
func EventOf(account user.AccountID, c storage.Change) Event {
	return Event{c.Type, c.At, Data{account, c}}
}

// ID returns the webhook-id of a change. No two changes have the same one, and no text of a user is
// in it. It has no full stop, which separates the parts of what is signed.
func ID(account user.AccountID, id storage.ChangeID) string {
	sum := sha256.Sum256([]byte(account))
	return fmt.Sprintf("chg_%s_%d_%d", hex.EncodeToString(sum[:8]), id.Revision, id.Index)
}

// maxBody is how many bytes Receive reads.
const maxBody = 1 << 20

// Receive reads the request r, which arrived at the time now, and verifies its signature with the
// given secrets. It returns the header webhook-id of the request and the event in its body. Errors:
// an *http.MaxBytesError for a body of more than 1 MiB; those of the connection; those of Verify;
// an error for a body that is not the JSON of an event with a type.
func Receive(r *http.Request, now time.Time, secrets ...Secret) (id string, e Event, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return "", Event{}, err
	}
	if err := Verify(r.Header, body, now, secrets...); err != nil {
		return "", Event{}, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return "", Event{}, fmt.Errorf("webhooks: the body is no event: %w", err)
	}
	if e.Type == "" { // null, or an object of another kind
		return "", Event{}, errors.New("webhooks: the body is no event: it has no type")
	}
	return r.Header.Get(HeaderID), e, nil
}
