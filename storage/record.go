package storage

import (
	"fmt"
	"time"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/user"
)

// The JSON forms of what a storage keeps beside users, reference data and transfers.
// docs/records.md documents them.

// MarshalJSON implements json.Marshaler. It encodes c as a JSON object. The time At is in UTC and
// cut to microseconds. Errors:
//
//   - if a text is not valid UTF-8 or contains NUL;
//   - if the value of an enumeration has no name;
//   - user.ErrTime for a time that user.CheckTime refuses.
func (c Change) MarshalJSON() ([]byte, error) {
	type bare Change
	c.At = user.NormalizeTime(c.At)
	b, err := timedJSON(bare(c), c.At)
	if err != nil {
		return nil, fmt.Errorf("encoding change %d of revision %d: %w", c.ID.Index, c.ID.Revision, err)
	}
	return b, nil
}

// UnmarshalJSON implements json.Unmarshaler. It decodes the JSON that MarshalJSON writes, and
// converts the time At to UTC. A missing member gets its zero value, and null gives the zero
// Change. After an error, c is unchanged. Errors:
//
//   - if the JSON is malformed, nested too deep or not valid UTF-8, or a text in it contains NUL;
//   - if a member is unknown, occurs twice or has a value of the wrong type;
//   - if a name is not in its enumeration;
//   - if the time At is finer than a microsecond, or user.ErrTime if user.CheckTime refuses the
//     time.
func (c *Change) UnmarshalJSON(b []byte) error {
	type bare Change
	var read Change
	if err := readTimed(b, (*bare)(&read), &read.At); err != nil {
		return fmt.Errorf("decoding a change: %w", err)
	}
	*c = read
	return nil
}

// MarshalJSON implements json.Marshaler. It encodes d as a JSON object. The time Until is in UTC
// and cut to microseconds. Errors: if a text is not valid UTF-8 or contains NUL; user.ErrTime if
// user.CheckTime refuses d.Until.
func (d Delivery) MarshalJSON() ([]byte, error) {
	type bare Delivery
	d.Until = user.NormalizeTime(d.Until)
	b, err := timedJSON(bare(d), d.Until)
	if err != nil {
		return nil, fmt.Errorf("encoding delivery %.80q: %w", d.Name, err)
	}
	return b, nil
}

// UnmarshalJSON implements json.Unmarshaler. It decodes the JSON that MarshalJSON writes, and
// converts the time Until to UTC. A missing member gets its zero value, and null gives the zero
// Delivery. After an error, d is unchanged. Errors:
//
//   - if the JSON is malformed, nested too deep or not valid UTF-8, or a text in it contains NUL;
//   - if a member is unknown, occurs twice or has a value of the wrong type;
//   - if Until is finer than a microsecond, or user.ErrTime if user.CheckTime refuses Until.
func (d *Delivery) UnmarshalJSON(b []byte) error {
	type bare Delivery
	var read Delivery
	if err := readTimed(b, (*bare)(&read), &read.Until); err != nil {
		return fmt.Errorf("decoding a delivery: %w", err)
	}
	*d = read
	return nil
}

// MarshalJSON implements json.Marshaler. It encodes the dead letter as a JSON object, with the time
// l.At in UTC and cut to microseconds. Errors: if a text is not valid UTF-8 or contains NUL; if the
// value of an enumeration has no name; user.ErrTime if user.CheckTime refuses l.At or l.Change.At.
func (l DeadLetter) MarshalJSON() ([]byte, error) {
	type bare DeadLetter
	l.At = user.NormalizeTime(l.At)
	b, err := timedJSON(bare(l), l.At)
	if err != nil {
		return nil, fmt.Errorf("encoding the dead letter of change %d of revision %d: %w", l.Change.ID.Index, l.Change.ID.Revision, err)
	}
	return b, nil
}

// UnmarshalJSON implements json.Unmarshaler. It decodes the JSON that MarshalJSON writes, and
// converts the times of l and l.Change to UTC. A missing member gets its zero value, and null gives
// the zero DeadLetter. After an error, l is unchanged. Errors:
//
//   - if the JSON is malformed, nested too deep or not valid UTF-8, or a text in it contains NUL;
//   - if a member is unknown, occurs twice or has a value of the wrong type;
//   - if a name is not in its enumeration;
//   - if a time is finer than a microsecond, or user.ErrTime if user.CheckTime refuses a time.
func (l *DeadLetter) UnmarshalJSON(b []byte) error {
	type bare DeadLetter
	var read DeadLetter
	if err := readTimed(b, (*bare)(&read), &read.At); err != nil {
		return fmt.Errorf("decoding a dead letter: %w", err)
	}
	*l = read
	return nil
}

// timedJSON returns a value, which has one time, as JSON. Errors: user.ErrTime, and those of the
// encoding.
func timedJSON(v any, at time.Time) ([]byte, error) {
	if err := user.CheckTime(at); err != nil {
		return nil, err
	}
	return strictjson.Marshal(v)
}

// readTimed decodes the JSON of a value with one time field into the value that into points to. The
// parameter at points to the time field of this value. readTimed converts the time to UTC. After an
// error the value may be changed.
//
// Errors: those of strictjson.Unmarshal; an error for a time that is finer than a microsecond;
// user.ErrTime if user.CheckTime refuses the time.
func readTimed(b []byte, into any, at *time.Time) error {
	if err := strictjson.Unmarshal(b, into); err != nil {
		return err
	}
	if err := strictjson.Time(at); err != nil {
		return err
	}
	return user.CheckTime(*at)
}

// countersRecord is counters as JSON. Given takes the place of the field of the same name.
type countersRecord struct {
	bareCounters
	Given map[string]int64 `json:"given,omitempty"`
}

type bareCounters Counters

// MarshalJSON implements json.Marshaler. It encodes c as a JSON object. The member "given" is an
// object that maps the name of each sequence to its id in Given. Ids that are 0, an empty "given"
// and a zero Compacted are left out. MarshalJSON returns an error if Given has an id for a Sequence
// that does not exist.
func (c Counters) MarshalJSON() ([]byte, error) {
	r := countersRecord{bareCounters(c), make(map[string]int64)}
	for i, id := range c.Given {
		if id == 0 {
			continue
		}
		if !Sequence(i).Valid() {
			return nil, fmt.Errorf("encoding counters: there is no %s", Sequence(i))
		}
		r.Given[Sequence(i).String()] = id
	}
	return strictjson.Marshal(r)
}

// UnmarshalJSON implements json.Unmarshaler. It decodes the JSON that MarshalJSON writes. A
// sequence that the JSON does not contain gets the id 0, and null gives the zero Counters.
// UnmarshalJSON does not check that ids are positive. After an error, c is unchanged. Errors:
//
//   - if the JSON is malformed, nested too deep or not valid UTF-8, or a text in it contains NUL;
//   - if a member is unknown, occurs twice or has a value of the wrong type;
//   - if the member "given" names an unknown sequence.
func (c *Counters) UnmarshalJSON(b []byte) error {
	var r countersRecord
	if err := strictjson.Unmarshal(b, &r); err != nil {
		return fmt.Errorf("decoding counters: %w", err)
	}
	r.bareCounters.Given = [NumSequences]int64{}
	for i := range NumSequences {
		if name := Sequence(i).String(); Sequence(i).Valid() {
			r.bareCounters.Given[i] = r.Given[name]
			delete(r.Given, name)
		}
	}
	for name := range r.Given {
		return fmt.Errorf("decoding counters: unknown sequence %.40q", name)
	}
	*c = Counters(r.bareCounters)
	return nil
}
