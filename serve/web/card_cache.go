package web

import (
	"sync"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// cardCache keeps the cards of the clusters of the model in service: they do not
// change with it, and reading all of its shapes takes its time.
type cardCache struct {
	mu     sync.Mutex
	scorer *score.Scorer
	cards  map[cardKey]*explain.ClusterCard
}

type cardKey struct {
	id       string
	language text.Language
}

// card describes a cluster of a model; the caller must not change it.
func (s *cardCache) card(scorer *score.Scorer, id string, l text.Language) (*explain.ClusterCard, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scorer != scorer {
		s.scorer, s.cards = scorer, map[cardKey]*explain.ClusterCard{}
	}
	key := cardKey{id, l}
	if known, ok := s.cards[key]; ok {
		return known, nil
	}
	card, err := explain.ClusterOf(scorer, id)
	if err == nil {
		l.Cluster(card)
		s.cards[key] = card
	}
	return card, err
}
