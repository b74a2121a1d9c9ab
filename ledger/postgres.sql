-- What the SQL of the ledger takes from SQLite and PostgreSQL has not.

CREATE TABLE ledger (version BIGINT NOT NULL);

CREATE FUNCTION julianday(day TEXT) RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT CAST(extract(julian FROM CAST(day AS DATE)) AS DOUBLE PRECISION) $$;

CREATE FUNCTION json_each(document TEXT, path TEXT) RETURNS TABLE (value TEXT) LANGUAGE sql IMMUTABLE STRICT
AS $$
    SELECT json_array_elements_text(CASE json_typeof(found) WHEN 'array' THEN found ELSE json_build_array(found) END)
    FROM (SELECT CAST(document AS JSON) -> substr(path, 3)) AS x (found) WHERE found IS NOT NULL
$$;

CREATE FUNCTION joined(before TEXT, piece TEXT, between_them TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN before IS NULL THEN piece WHEN piece IS NULL THEN before ELSE before || between_them || piece END $$;

CREATE AGGREGATE group_concat(TEXT, TEXT) (sfunc = joined, stype = TEXT);
