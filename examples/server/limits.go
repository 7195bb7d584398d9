package main

import "time"

// limits has the timeouts and the greatest numbers of the server.
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

	end time.Duration // for running calls when the server shuts down; closing the storage has another second
}

// defaultLimits returns limits for a machine with a few processors and little memory.
func defaultLimits() limits {
	return limits{
		connections: 1024,
		header:      5 * time.Second, read: 30 * time.Second, write: 90 * time.Second, idle: 30 * time.Second,
		bodies: 128, bodiesSize: 32 << 20, bodySlow: 2 * time.Second, bodyRate: 256 << 10,
		feeds: 64, feedRead: 10 * time.Second, feedBeat: 15 * time.Second, feedLife: 15 * time.Minute,
		end: 4 * time.Second,
	}
}

// maxHeader is the greatest size in bytes of a request's header, including its URL.
const maxHeader = 64 << 10

// maxStreams is the number of concurrent requests on one HTTP/2 connection.
const maxStreams = 32
