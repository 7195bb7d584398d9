package memstore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// A snapshot is a line that says what it is, and frames: four bytes of length, the bytes, four bytes of checksum over
// the frame's number, length and bytes, all little endian. An empty frame is the end. So a stream that was cut off,
// changed or put together of others is noticed, and no more than one frame is read before it is.
const (
	snapshotTitle = "roster memstore snapshot\n"
	// snapshotVersion is the version that is written, and the greatest that is read.
	snapshotVersion = 2
	frameBytes      = 1 << 16
)

func frameSum(number uint64, head, body []byte) uint32 {
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, castagnoli, binary.LittleEndian.AppendUint64(nil, number))
	return crc32.Update(crc32.Update(sum, castagnoli, head), castagnoli, body)
}

// frameWriter writes frames.
type frameWriter struct {
	to     io.Writer
	body   []byte
	number uint64
}

func newFrameWriter(w io.Writer) (*frameWriter, error) {
	_, err := w.Write(append([]byte(snapshotTitle), snapshotVersion))
	return &frameWriter{to: w}, err
}

// Write adds bytes to the stream.
func (f *frameWriter) Write(b []byte) (int, error) {
	all := len(b)
	for len(f.body)+len(b) >= frameBytes {
		n := frameBytes - len(f.body)
		f.body = append(f.body, b[:n]...)
		if err := f.flush(); err != nil {
			return 0, err
		}
		b = b[n:]
	}
	f.body = append(f.body, b...)
	return all, nil
}

func (f *frameWriter) flush() error {
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(f.body)))
	tail := binary.LittleEndian.AppendUint32(nil, frameSum(f.number, head, f.body))
	for _, part := range [][]byte{head, f.body, tail} {
		if _, err := f.to.Write(part); err != nil {
			return err
		}
	}
	f.number++
	f.body = f.body[:0]
	return nil
}

// end writes what is left, and the last frame.
func (f *frameWriter) end() error {
	if len(f.body) > 0 {
		if err := f.flush(); err != nil {
			return err
		}
	}
	return f.flush()
}

// frameReader reads what a frameWriter wrote. Its Read returns io.EOF only behind the last frame.
type frameReader struct {
	from   io.Reader
	body   []byte // what is left of the frame
	number uint64
	ended  bool
}

func newFrameReader(r io.Reader) (*frameReader, error) {
	title := make([]byte, len(snapshotTitle)+1)
	if _, err := io.ReadFull(r, title); err != nil {
		return nil, damaged(err, "it has no title")
	}
	if string(title[:len(snapshotTitle)]) != snapshotTitle {
		return nil, fmt.Errorf("%w: it is something else", ErrDamaged)
	}
	if v := title[len(snapshotTitle)]; v != snapshotVersion {
		return nil, fmt.Errorf("%w: version %d, not %d", ErrVersion, v, snapshotVersion)
	}
	return &frameReader{from: r}, nil
}

// damaged returns ErrDamaged if a stream ended too early, and other errors of the stream as they are.
func damaged(err error, what string) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: %s", ErrDamaged, what)
	}
	return fmt.Errorf("memstore: reading a snapshot: %w", err)
}

// Read reads from the stream.
func (f *frameReader) Read(b []byte) (int, error) {
	for len(f.body) == 0 {
		if f.ended {
			return 0, io.EOF
		}
		if err := f.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, f.body)
	f.body = f.body[n:]
	return n, nil
}

func (f *frameReader) next() error {
	var head, tail [4]byte
	if _, err := io.ReadFull(f.from, head[:]); err != nil {
		return damaged(err, "its end is missing")
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n > frameBytes {
		return fmt.Errorf("%w: frame %d is too long", ErrDamaged, f.number)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(f.from, body); err != nil {
		return damaged(err, "its end is missing")
	}
	if _, err := io.ReadFull(f.from, tail[:]); err != nil {
		return damaged(err, "its end is missing")
	}
	if binary.LittleEndian.Uint32(tail[:]) != frameSum(f.number, head[:], body) {
		return fmt.Errorf("%w: the checksum of frame %d is wrong", ErrDamaged, f.number)
	}
	f.number++
	f.body, f.ended = body, n == 0
	return nil
}
