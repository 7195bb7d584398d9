package balance

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ca74b63c/roster/user"
)

const (
	// MaxDescription is the most characters of a description's template: "length should be less than 120"
	// (Voximplant, errors 234 and 235). Names can make the expanded text longer.
	MaxDescription = 119
	maxKey         = 255
	maxReason      = 500
)

// The defaults of Voximplant, "From user: ${user_name}/To user: ${user_name}" and "From account/To account", by who
// pays. Each statement says where its holder's money came from or went to.
const (
	accountPaysText     = "To user: ${user_name}"
	accountReceivesText = "From user: ${user_name}"
	userPaysText        = "To account"
	userReceivesText    = "From account"
	fundedText          = "Funds added"
	withdrawnText       = "Funds withdrawn"
)

// Describe expands ${user_id} and ${user_name} in a template, for a line whose other side is h and whose user's
// login is name. It passes over the template once: what a name itself contains is never expanded. Any other ${…}
// stays as it is, and so do the macros when h is no user.
func Describe(template string, h Holder, name string) string {
	id, isUser := h.User()
	next := strings.Index(template, "${")
	if next < 0 || !isUser {
		return template
	}
	var b strings.Builder
	b.Grow(len(template) + len(name))
	for next >= 0 {
		b.WriteString(template[:next])
		template = template[next:]
		if rest, ok := strings.CutPrefix(template, "${user_name}"); ok {
			b.WriteString(name)
			template = rest
		} else if rest, ok := strings.CutPrefix(template, "${user_id}"); ok {
			b.WriteString(strconv.FormatInt(int64(id), 10))
			template = rest
		} else {
			b.WriteString("${")
			template = template[len("${"):]
		}
		next = strings.Index(template, "${")
	}
	b.WriteString(template)
	return b.String()
}

// text is a piece of text in a request and its bound.
type text struct {
	field, value string
	limit        int
}

// checkTexts returns a *TextError for the first that is too long, no valid UTF-8, or has control characters: those
// would break a line of a log or a statement, and NUL is refused by PostgreSQL.
func checkTexts(texts ...text) error {
	for _, t := range texts {
		// Bytes first, so that a mebibyte is refused without being read.
		if len(t.value) > t.limit*utf8.UTFMax || utf8.RuneCountInString(t.value) > t.limit {
			return &TextError{Field: t.field, Limit: t.limit, TooLong: true}
		}
		if !utf8.ValidString(t.value) || strings.ContainsFunc(t.value, unicode.IsControl) {
			return &TextError{Field: t.field, Limit: t.limit}
		}
	}
	return nil
}

// check checks the time and the texts. Errors: user.ErrTime; ErrText.
func (h Header) check(accountText, userText string) error {
	if err := user.CheckTime(h.At); err != nil {
		return err
	}
	return checkTexts(h.texts(accountText, userText)...)
}

func (h Header) texts(accountText, userText string) []text {
	return []text{
		{"accountDescription", accountText, MaxDescription},
		{"userDescription", userText, MaxDescription},
		{"key", h.Key, maxKey},
		{"reason", h.Reason, maxReason},
	}
}

// or returns s, or the default when s is empty: a parameter whose default is "" was not given.
func or(s, byDefault string) string {
	if s == "" {
		return byDefault
	}
	return s
}
