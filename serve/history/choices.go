package history

import (
	"context"
	"maps"
	"slices"
)

// Cluster is a cluster that accounts of the portfolio are in.
type Cluster struct{ ID, Name string }

// Clusters lists the clusters of the portfolio by id, for a filter.
func (s *Store) Clusters(ctx context.Context) ([]Cluster, error) {
	sum, err := s.Summary(ctx, Query{})
	if err != nil {
		return nil, err
	}
	var list []Cluster
	for _, g := range sum.Clusters {
		list = append(list, Cluster{g.ID, g.Name})
	}
	return list, nil
}

// Owners lists the owners of the portfolio's accounts by name, for a filter;
// accounts without one are left out.
func (s *Store) Owners(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT owner FROM rollup`)
	if err != nil {
		return nil, s.failed("read owners", err)
	}
	var keys []int64
	err = each(rows, func(scan func(...any) error) error {
		var k int64
		err := scan(&k)
		keys = append(keys, k)
		return err
	})
	if err != nil {
		return nil, s.failed("read owners", err)
	}
	texts, err := s.texts(ctx, keys...)
	if err != nil {
		return nil, err
	}
	delete(texts, 0)
	return slices.Sorted(maps.Values(texts)), nil
}
