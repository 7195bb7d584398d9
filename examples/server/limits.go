package main

import "time"

// limits are how long anything may take, and how much of it there may be at a time.
type limits struct {
	connections int // for another one, one without a request is closed

	header time.Duration // for a client to send the header of a request
	read   time.Duration // for the whole request
	write  time.Duration // for the answer; a fault may wait a minute
	idle   time.Duration // between two requests

	bodies     int           // that are being read; for another one the slowest is cut off, if it is slow
	bodiesSize int64         // how many bytes of them there are
	bodySlow   time.Duration // how long a body may be slow
	bodyRate   int64         // a body of which fewer bytes come in a second is slow

	feeds    int           // pages that watch the changes
	feedRead time.Duration // for such a page to take one event
	feedBeat time.Duration // after which a page that nothing happens for is sent a line, to see whether it is there
	feedLife time.Duration // after which a page has to ask anew, as browsers do by themselves
}

// defaultLimits are for a machine with a few processors and little memory.
func defaultLimits() limits {
	return limits{
		connections: 1024,
		header:      5 * time.Second, read: 30 * time.Second, write: 90 * time.Second, idle: 30 * time.Second,
		bodies: 128, bodiesSize: 32 << 20, bodySlow: 2 * time.Second, bodyRate: 256 << 10,
		feeds: 64, feedRead: 10 * time.Second, feedBeat: 15 * time.Second, feedLife: 15 * time.Minute,
	}
}

// endTimeout is how long calls under way may take when the server ends; then there is a second for
// closing the storage.
const endTimeout = 4 * time.Second

// maxHeader bounds the header of a request, its URL included, in bytes.
const maxHeader = 64 << 10

// maxStreams is how many requests of one HTTP/2 connection are answered at a time.
const maxStreams = 32
