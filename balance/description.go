package balance

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ca74b63c/roster/user"
)

const (
	// MaxDescription is the greatest number of characters of a description before its macros are
	// expanded: "length should be less than 120" (Voximplant, errors 234 and 235).
	MaxDescription = 119
	maxKey         = 255
	maxReason      = 500
)

// The default descriptions, by payer. The first four are Voximplant's ("From user:
// ${user_name}/To user: ${user_name}" and "From account/To account").
const (
	accountPaysText     = "To user: ${user_name}"
	accountReceivesText = "From user: ${user_name}"
	userPaysText        = "To account"
	userReceivesText    = "From account"
	fundedText          = "Funds added"
	withdrawnText       = "Funds withdrawn"
)

// Describe returns template with its macros expanded for the user h. The id of h replaces
// ${user_id}. The parameter name, the login of h, replaces ${user_name}. Describe keeps any other
// ${…}, and does not expand macros inside name. If h is not a user, it returns template unchanged.
func Describe(template string, h Holder, name string) string {
	id, isUser := h.User()
	if !isUser || !strings.Contains(template, "${") {
		return template
	}
	return strings.NewReplacer("${user_id}", strconv.FormatInt(int64(id), 10), "${user_name}", name).Replace(template)
}

// text is a text of a request with its greatest number of characters.
type text struct {
	field, value string
	limit        int
}

// checkTexts returns a *TextError for the first text that is too long, is not valid UTF-8, or has
// a control character.
func checkTexts(texts ...text) error {
	for _, t := range texts {
		// Count bytes first: to count the characters of a mebibyte is slow.
		if len(t.value) > t.limit*utf8.UTFMax || utf8.RuneCountInString(t.value) > t.limit {
			return &TextError{Field: t.field, Limit: t.limit, TooLong: true}
		}
		if !utf8.ValidString(t.value) || strings.ContainsFunc(t.value, unicode.IsControl) {
			return &TextError{Field: t.field, Limit: t.limit}
		}
	}
	return nil
}

// check checks the time and the texts of a request. Errors: user.ErrTime; ErrText.
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
