package liveperson

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ca74b63c/roster/user"
)

// session is what a token stands for.
type session struct {
	account    user.AccountID
	user       user.ID
	mustChange bool // he came in with a password that he must change
	expires    time.Time
}

// sessions knows the tokens that were given out. It keeps their SHA-256 and finds them by that, so that neither memory
// nor the time of an answer tells a token.
type sessions struct {
	random io.Reader
	life   time.Duration
	now    func() time.Time

	mu      sync.RWMutex
	byToken map[[sha256.Size]byte]session
	sweepAt int // with so many tokens, those that have expired are thrown away
}

// Bounds of the tokens that are kept.
const (
	firstSweep  = 1024
	maxSessions = 1 << 18
)

// errTooManySessions is returned where nobody else can sign in until a token expires.
var errTooManySessions = errors.New("liveperson: too many sessions")

func newSessions(o Options) *sessions {
	return &sessions{
		random: o.random(), life: o.lifetime(), now: o.Now,
		byToken: map[[sha256.Size]byte]session{}, sweepAt: firstSweep,
	}
}

const tokenBytes = 32

// open makes a token for a session, and beside it the text that the vendor's clients call csrf.
func (s *sessions) open(of session) (token, csrf string, err error) {
	var random [2 * tokenBytes]byte
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := io.ReadFull(s.random, random[:]); err != nil { // under the lock: a reader of a test need not bear two
		return "", "", fmt.Errorf("liveperson: no randomness for a token: %w", err)
	}
	now := s.now()
	if len(s.byToken) >= s.sweepAt {
		s.sweep(now)
	}
	if len(s.byToken) >= maxSessions {
		return "", "", errTooManySessions
	}
	token, csrf = hex.EncodeToString(random[:tokenBytes]), hex.EncodeToString(random[tokenBytes:])
	of.expires = now.Add(s.life)
	s.byToken[sha256.Sum256([]byte(token))] = of
	return token, csrf, nil
}

func (s *sessions) sweep(now time.Time) {
	for token, of := range s.byToken {
		if !now.Before(of.expires) {
			delete(s.byToken, token)
		}
	}
	s.sweepAt = max(firstSweep, 2*len(s.byToken))
}

// find returns the session of a token, unless it has expired.
func (s *sessions) find(token string) (session, bool) {
	sum := sha256.Sum256([]byte(token))
	s.mu.RLock()
	of, ok := s.byToken[sum]
	s.mu.RUnlock()
	return of, ok && s.now().Before(of.expires)
}
