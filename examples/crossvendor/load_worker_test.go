package crossvendor_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// worker is one client of the load.
type worker struct {
	client
	index  int
	random *rand.Rand
	serial int // of the values that it writes
	slots  *[crowd]atomic.Int32
	*tally
	failed error
}

// work does one thing after the other until the time is over. It never leaves one half done.
func (w *worker) work(ctx context.Context) error {
	things := []struct {
		weight int
		do     func() error
	}{
		{8, w.read}, {4, w.write}, {4, w.move}, {2, w.reserve}, {1, w.count}, {1, w.live},
	}
	total := 0
	for _, thing := range things {
		total += thing.weight
	}
	for ctx.Err() == nil {
		n := w.random.IntN(total)
		for _, thing := range things {
			if n -= thing.weight; n >= 0 {
				continue
			}
			if err := thing.do(); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// answer makes a call and counts it.
func (w *worker) answer(c call) (reply, error) {
	begin := time.Now()
	r, err := w.send(c)
	w.took = append(w.took, time.Since(begin))
	w.calls[string(c.vendor)]++
	return r, err
}

// expect makes a call that must succeed, or be refused with one of the codes. ok is whether it
// succeeded.
func (w *worker) expect(c call, codes ...string) (r reply, ok bool, err error) {
	if r, err = w.answer(c); err != nil || !r.refused() {
		return r, err == nil, err
	}
	for _, code := range codes {
		if r.code() == code {
			w.refused[string(c.vendor)+" "+code]++
			return r, false, nil
		}
	}
	return r, false, fmt.Errorf("%s: %s", c, r)
}

// must makes a call that must succeed and show these values.
func (w *worker) must(c call, values ...string) (reply, error) {
	r, _, err := w.expect(c)
	for _, v := range values {
		if err == nil && !r.shows(v) {
			err = fmt.Errorf("%s does not show %s: %s", c, v, r)
		}
	}
	return r, err
}

// anyMember returns the id of a random user of the crowd.
func (w *worker) anyMember() user.ID { return w.at.member(w.random.IntN(crowd)) }

// value is one that no other caller writes, in letters, since one of the vendors takes nothing else
// in a name.
func (w *worker) value() string {
	w.serial++
	digits := fmt.Sprintf("%d-%d", w.index, w.serial)
	return "V" + strings.Map(func(r rune) rune {
		if r == '-' {
			return r
		}
		return r - '0' + 'a'
	}, digits)
}

// read reads through one of the APIs.
func (w *worker) read() error {
	id := w.anyMember()
	var err error
	switch w.random.IntN(10) {
	case 0:
		_, err = w.must(desk("GET /settings", "userID="+id.String()), fmt.Sprint("item.id=", id))
	case 1:
		_, err = w.must(desk("GET ", "query=member&itemLimit=5"), fmt.Sprint("itemTotal=", crowd))
	case 2:
		_, err = w.must(cloud("GET", id, ""), "user.id="+genesysID(id))
	case 3:
		filtered := call{vendor: vendorhttp.Genesys, method: http.MethodGet, query: "fields=id,roles&userName=member-0"}
		_, err = w.must(filtered, "users.0.id="+genesysID(w.at.member(0)))
	case 4:
		_, err = w.must(person(http.MethodGet, "/"+id.String(), ""), fmt.Sprint("id=", id))
	case 5:
		_, err = w.must(platform("GetUsers", "user_id="+id.String()), fmt.Sprint("result.0.user_id=", id))
	case 6:
		return w.readAll()
	case 7:
		_, err = w.must(platform("GetUsers", "application_id=1&user_name=member&order_by=user_id&count=3"),
			fmt.Sprint("total_count=", crowd), "count=3", fmt.Sprint("result.0.user_id=", w.at.member(0)))
	default:
		return w.readPair()
	}
	return err
}

// readAll reads the list of all users. Each user of the crowd must be in it once, even if other
// users are created and deleted meanwhile.
func (w *worker) readAll() error {
	c := person(http.MethodGet, "", "")
	c.query += "&select=loginName"
	r, err := w.must(c)
	if n := strings.Count(r.text, `"loginName":"member-`); err == nil && n != crowd {
		err = fmt.Errorf("%d of the crowd of %d: %s", n, crowd, r)
	}
	return err
}

// readPair reads what the pair has: as much one as the other, since a page is of one state.
func (w *worker) readPair() error {
	r, err := w.must(platform("GetUsers", fmt.Sprint("user_name=member&order_by=user_id&count=2&offset=", crowd-2)), "count=2")
	one, other := r.at("result.0.balance"), r.at("result.1.balance")
	if err == nil && (one == nil || one != other) {
		err = fmt.Errorf("the pair has %v and %v: %s", one, other, r)
	}
	return err
}

// write writes a value of its own to a user of the crowd, through one of the APIs.
func (w *worker) write() error {
	id := w.anyMember()
	v := w.value()
	var c call
	switch w.random.IntN(4) {
	case 0:
		c = desk("PUT /firstnameUpdate", "id="+id.String()+"&firstname="+v)
	case 1:
		c = desk("PUT /"+id.String(), "lastname="+v)
	case 2:
		c = cloud(http.MethodPut, id, `{"lastName":"`+v+`"}`)
	default:
		c = platform("SetUserInfo", "user_id="+id.String()+"&user_custom_data="+v)
	}
	_, err := w.must(c)
	if err == nil {
		w.written = append(w.written, v)
	}
	return err
}

// move moves money between the account and one to three of the crowd, more than there is now and
// then. The last two are a pair: they are only ever paid together, as much one as the other, or
// not at all.
func (w *worker) move() error {
	pair := w.random.IntN(3) == 0
	ids := map[string]bool{}
	for range 1 + w.random.IntN(3) {
		ids[w.at.member(w.random.IntN(crowd-2)).String()] = true
	}
	list := slices.Sorted(maps.Keys(ids))
	if pair {
		list = []string{w.at.member(crowd - 1).String(), w.at.member(crowd - 2).String()}
	}
	cents := w.random.IntN(999) + 1
	amount := fmt.Sprintf("%d.%02d", cents/100, cents%100)
	if w.random.IntN(2) == 0 {
		amount = "-" + amount
	}
	strict := pair || w.random.IntN(4) > 0
	params := url.Values{"user_id": {strings.Join(list, ";")}, "amount": {amount}, "strict_mode": {strconv.FormatBool(strict)}}
	r, ok, err := w.expect(platform("TransferMoneyToUser", params.Encode()), "127")
	if err != nil || !ok {
		return err
	}
	if left, isText := r.at("balance").(fmt.Stringer); !isText || strings.HasPrefix(left.String(), "-") {
		return fmt.Errorf("the account has %s", r)
	}
	w.moved++
	return nil
}

// reserve reserves a chat slot of any free user, waits a moment and releases it.
func (w *worker) reserve() error {
	channel := "&channel=c-" + strconv.Itoa(w.index)
	r, ok, err := w.expect(desk("POST /reserveUserForLiveChannel", channel[1:]), "409")
	if err != nil || !ok {
		return err
	}
	w.reserved++
	id := r.id("userID")
	i := int(id - w.at.member(0))
	if i < 0 || i >= crowd {
		return fmt.Errorf("another user was reserved: %s", r)
	}
	if n := w.slots[i].Add(1); n > crowdChats {
		return fmt.Errorf("user %d has %d reservations at once", id, n)
	}
	if err := w.read(); err != nil {
		return err
	}
	w.slots[i].Add(-1) // before the release: another worker may reserve it before the answer comes
	_, err = w.must(desk("POST /reserveUserForLiveChannel", "userID="+id.String()+channel+"&state=0"))
	if err == nil {
		w.released++
	}
	return err
}

// count adds one to the number that all clients add to: who read an old one is told so.
func (w *worker) count() error {
	at := worker{
		client: client{http: w.http, url: w.url, of: counter, at: counter}, tally: w.tally,
	}
	id := counter.first + 1
	path := "/" + id.String()
	r, err := at.must(person(http.MethodGet, path, ""), fmt.Sprint("id=", id))
	if err != nil {
		return err
	}
	text, _ := r.at("employeeId").(string)
	n, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	body := entity("loginName", `"agent-counter"`, "passwordSh", "null", "employeeId", fmt.Sprintf(`"%d"`, n+1))
	_, ok, err := at.expect(person(http.MethodPut, path, body, "If-Match", r.header.Get("ac-revision")), "412")
	if ok {
		w.counted++
	}
	return err
}

// live follows a user of its own through the four APIs, each of which shows what the others did
// before, because no other worker uses that user.
func (w *worker) live() error {
	name := fmt.Sprintf("own-%d", w.index)
	r, err := w.must(platform("AddUser", "application_id=1&user_name="+name+"&user_display_name=Own&user_password="+secret))
	if err != nil {
		return err
	}
	id, v := r.id("user_id"), w.value()
	path := "/" + id.String()
	for _, step := range []struct {
		call   call
		values []string
	}{
		{cloud(http.MethodPut, id, `{"firstName":"`+v+`"}`), nil},
		{desk("GET /settings", "userID="+id.String()), []string{"item.firstname=" + v, "item.name=" + name}},
		{desk("POST /statusLock", "userID="+id.String()+"&status=8"), nil},
		{cloud(http.MethodGet, id, ""), []string{"user.doNotDisturb=On", "user.firstName=" + v}},
		{platform("TransferMoneyToUser", "amount=0.01&strict_mode=false&user_id="+id.String()), nil},
		{person(http.MethodGet, path, ""), []string{"nickname=Own", "loginName=" + name}},
	} {
		if _, err := w.must(step.call, step.values...); err != nil {
			return err
		}
	}
	w.written, w.moved = append(w.written, v), w.moved+1
	remove := []call{
		person(http.MethodDelete, path, ""), cloud(http.MethodDelete, id, ""), platform("DelUser", "user_id="+id.String()),
	}[w.random.IntN(3)]
	if _, err := w.must(remove); err != nil {
		return err
	}
	for _, c := range []call{person(http.MethodGet, path, ""), cloud(http.MethodGet, id, "")} {
		if r, err := w.answer(c); err != nil || r.status != http.StatusNotFound {
			return fmt.Errorf("%s after %s: %s: %w", c, remove, r, err)
		}
	}
	w.lives++
	return nil
}
