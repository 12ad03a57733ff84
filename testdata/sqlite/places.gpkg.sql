PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE places(fid INTEGER PRIMARY KEY, geom POINT, name TEXT);
INSERT INTO "places" VALUES(1,x'47500001','here');
-- CREATE VIRTUAL TABLE rtree_places_geom USING rtree(id, minx, maxx, miny, maxy);
CREATE TABLE "rtree_places_geom_rowid"(rowid INTEGER PRIMARY KEY,nodeno);
CREATE TABLE "rtree_places_geom_node"(nodeno INTEGER PRIMARY KEY,data);
INSERT INTO "rtree_places_geom_node" VALUES(1,zeroblob(448));
CREATE TABLE "rtree_places_geom_parent"(nodeno INTEGER PRIMARY KEY,parentnode);
CREATE TRIGGER rtree_places_geom_insert AFTER INSERT ON places WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
  INSERT OR REPLACE INTO rtree_places_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
COMMIT;
