package text

import (
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/score"
)

// Answer writes the texts of an answer: reasons, warnings, the second cluster.
func (l Language) Answer(a *score.Answer) {
	for i := range a.Reasons {
		l.reason(&a.Reasons[i])
	}
	l.Warnings(a.Warnings)
	l.second(a.Second)
}

// Answers writes the texts of a batch of answers.
func (l Language) Answers(list []score.Answer) {
	for i := range list {
		l.Answer(&list[i])
	}
}

// Health writes the texts of a stored account's health.
func (l Language) Health(h *account.Health) {
	if h.Answer != nil {
		l.Answer(h.Answer)
	}
	l.Warnings(h.Warnings)
}
