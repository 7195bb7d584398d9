package liveperson

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ca74b63c/roster/user"
)

// session is the state behind a token.
type session struct {
	account    user.AccountID
	user       user.ID
	stamp      user.Revision // the user's sign-in stamp at the login
	mustChange bool          // at the login the user had to change the password
	expires    time.Time

	sum    [sha256.Size]byte     // of the token
	places [scopes]*list.Element // the place of the session in the queue of each scope
}

// The scopes of queues. Each scope limits the sessions in one of its queues.
const (
	everywhere = iota
	inAccount
	ofUser
	scopes
)

// limits are the greatest numbers of sessions in one queue of each scope.
var limits = [scopes]int{everywhere: 1 << 17, inAccount: 1 << 15, ofUser: 16}

// name identifies a queue in its scope. Fields that the scope does not use are zero.
type name struct {
	account user.AccountID
	user    user.ID
}

// sessions has the sessions of all tokens. It stores the SHA-256 of each token and looks sessions
// up by it, so that neither memory nor response times reveal a token.
//
// A login never fails because there are too many sessions. Instead sessions end, in this order:
//
//  1. Expired sessions end. All sessions have the same lifetime, so these are at the front.
//  2. A user with the greatest number of sessions loses their oldest session.
//  3. An account with the greatest number of sessions loses its oldest.
//  4. If all accounts together have the greatest number, the account with the most sessions loses
//     its oldest.
//
// So an account that floods logins ends a session of another account only if that account has more
// sessions.
type sessions struct {
	random io.Reader
	life   time.Duration
	now    func() time.Time
	limits [scopes]int

	mu      sync.RWMutex
	byToken map[[sha256.Size]byte]*session
	queues  [scopes]map[name]*list.List // of *session, oldest first; none is empty
}

func newSessions(o Options) *sessions {
	s := &sessions{
		random: o.random(), life: o.lifetime(), now: o.Now, limits: limits, byToken: map[[sha256.Size]byte]*session{},
	}
	for i := range s.queues {
		s.queues[i] = map[name]*list.List{}
	}
	return s
}

const tokenBytes = 32

// open adds a session and returns its token, and a second random text, which the vendor's clients
// call csrf. added has the account and the user of the session; open stores a copy with the token
// and the time of expiry. If there are too many sessions, open first ends old ones (makeRoom). If
// the source of randomness fails, open returns an error and changes nothing.
func (s *sessions) open(added session) (token, csrf string, err error) {
	var random [2 * tokenBytes]byte
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := io.ReadFull(s.random, random[:]); err != nil { // under the lock, because the reader of a test may allow only one caller
		return "", "", fmt.Errorf("liveperson: no randomness for a token: %w", err)
	}
	token, csrf = hex.EncodeToString(random[:tokenBytes]), hex.EncodeToString(random[tokenBytes:])
	now := s.now()
	added.expires, added.sum = now.Add(s.life), sha256.Sum256([]byte(token))
	s.makeRoom(&added, now)
	s.byToken[added.sum] = &added
	for i, in := range added.names() {
		if s.queues[i][in] == nil {
			s.queues[i][in] = list.New()
		}
		added.places[i] = s.queues[i][in].PushBack(&added)
	}
	return token, csrf, nil
}

func (s *session) names() [scopes]name {
	return [scopes]name{everywhere: {}, inAccount: {account: s.account}, ofUser: {s.account, s.user}}
}

// makeRoom ends sessions so that the session added fits within all limits. now is the present time.
// The caller must hold s.mu. makeRoom ends, in this order:
//
//   - all sessions that have expired
//   - the oldest session of the user, if the user has reached the limit of a user
//   - the oldest session of the account, if the account has reached the limit of an account
//   - the oldest session of the account with the most sessions, if the limit of all sessions is
//     still reached
func (s *sessions) makeRoom(added *session, now time.Time) {
	names := added.names()
	for first := s.first(everywhere, name{}); first != nil && !now.Before(first.expires); first = s.first(everywhere, name{}) {
		s.end(first)
	}
	for i := ofUser; i > everywhere; i-- {
		if q := s.queues[i][names[i]]; q != nil && q.Len() >= s.limits[i] {
			s.end(s.first(i, names[i]))
		}
	}
	if len(s.byToken) >= s.limits[everywhere] {
		s.end(s.first(inAccount, s.largest()))
	}
}

// first returns the oldest session in the queue that the parameters scope and of select, nil if
// there is none. The caller must hold s.mu.
func (s *sessions) first(scope int, of name) *session {
	if q := s.queues[scope][of]; q != nil {
		return q.Front().Value.(*session)
	}
	return nil
}

// largest returns the name of the account with the most sessions, and the zero value of name if
// there are no sessions. The caller must hold s.mu.
func (s *sessions) largest() (largest name) {
	most := 0
	for account, q := range s.queues[inAccount] {
		if q.Len() > most {
			largest, most = account, q.Len()
		}
	}
	return largest
}

func (s *sessions) end(ended *session) {
	delete(s.byToken, ended.sum)
	for i, in := range ended.names() {
		q := s.queues[i][in]
		if q.Remove(ended.places[i]); q.Len() == 0 {
			delete(s.queues[i], in)
		}
	}
}

// find returns a copy of the session with the token and true. It returns false if there is no such
// session or the session has expired.
func (s *sessions) find(token string) (session, bool) {
	sum := sha256.Sum256([]byte(token))
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.byToken[sum]
	if !ok || !s.now().Before(found.expires) {
		return session{}, false
	}
	return *found, true
}
