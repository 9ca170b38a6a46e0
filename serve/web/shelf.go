package web

import (
	"sync"

	"github.com/etappe/etappe/serve"
)

// shelf keeps the cards of the clusters of the model in service: they do not
// change with it, and reading all of its shapes takes its time.
type shelf struct {
	mu     sync.Mutex
	scorer *serve.Scorer
	cards  map[cardKey]*serve.ClusterCard
}

type cardKey struct {
	id       string
	language serve.Language
}

// card describes a cluster of a model; the caller must not change it.
func (s *shelf) card(scorer *serve.Scorer, id string, l serve.Language) (*serve.ClusterCard, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scorer != scorer {
		s.scorer, s.cards = scorer, map[cardKey]*serve.ClusterCard{}
	}
	key := cardKey{id, l}
	if known, ok := s.cards[key]; ok {
		return known, nil
	}
	card, err := scorer.Cluster(id, l)
	if err == nil {
		s.cards[key] = card
	}
	return card, err
}
