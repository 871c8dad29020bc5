"""A small contract that has everything, in three files; tests change it one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = """\
openapi: 3.0.3
info:
  title: Things
  version: 1.0.0
servers:
  - url: http://127.0.0.1:8000/api/v2
security:
  - bearer: []
tags:
  - name: things
    description: Things and what they are made of.
x-understudy:
  handlers: things
x-lint:
  statuses: ['200', '201', '401', '402', '404', '422']
  statuses_of: {others: ['429']}
  compositions: [Moment]
  requires:
    none: [others]
    read: [paid]
    write: [paid, write]
  documents:
    always: {statuses: ['422']}
    token: {statuses: ['401'], parameters: [X-Trace]}
    path_parameter: {statuses: ['404']}
    paid: {statuses: ['402']}
paths:
  /things:
    $ref: things.yaml#/paths/~1things
  /things/{thing_id}:
    $ref: things.yaml#/paths/~1things~1{thing_id}
components:
  securitySchemes:
    bearer:
      type: http
      scheme: bearer
      description: A token.
"""

COMMON = """\
components:
  schemas:
    Error:
      type: object
      description: A refusal.
      required: [error]
      properties:
        error:
          type: string
          maxLength: 64
        details:
          type: object
          additionalProperties:
            type: array
            maxItems: 9
            items: {type: string, maxLength: 99}
    Moment:
      description: A time or a date.
      type: string
      anyOf:
        - format: date-time
        - format: date
      maxLength: 64
      x-message: must be a moment
    RoomName:
      description: How a room is called.
      type: string
      maxLength: 9
      pattern: ^[a-z]+$
      x-message: must be a name in lower case
  parameters:
    Trace:
      name: X-Trace
      in: header
      description: What the answer repeats.
      schema:
        type: string
        maxLength: 9
  responses:
    Unauthorized:
      description: No token.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Error'}
          example: {error: unauthorized}
    Unpaid:
      description: Nothing was paid.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Error'}
          example: {error: unpaid}
    NotFound:
      description: There is no such thing.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Error'}
          example: {error: not_found}
    Invalid:
      description: Fields are missing or invalid.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Error'}
          example: {error: invalid, details: {name: [is required]}}
"""

THINGS = """\
paths:
  /things:
    get:
      operationId: things.list_things
      tags: [things]
      summary: List things
      description: The newest first.
      x-requires: [paid]
      parameters:
        - $ref: common.yaml#/components/parameters/Trace
        - name: since
          in: query
          description: The oldest moment.
          schema: {$ref: common.yaml#/components/schemas/Moment}
      responses:
        '200':
          description: The things.
          content:
            application/json:
              schema:
                type: array
                maxItems: 100
                items: {$ref: '#/components/schemas/Thing'}
              example: []
        '401': {$ref: common.yaml#/components/responses/Unauthorized}
        '402': {$ref: common.yaml#/components/responses/Unpaid}
        '422': {$ref: common.yaml#/components/responses/Invalid}
    post:
      operationId: things.create_thing
      tags: [things]
      summary: Create a thing
      description: Its number is the next.
      x-requires: [paid, write]
      parameters:
        - $ref: common.yaml#/components/parameters/Trace
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/ThingCreate'}
            example: {name: Lamp}
      responses:
        '201':
          description: The new thing.
          headers:
            Location:
              description: Where it is.
              schema: {type: string, maxLength: 99}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              example:
                id: 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01
                name: Lamp
                size: null
                parts: []
          links:
            get:
              operationId: things.get_thing
              description: The thing by itself.
              parameters:
                thing_id: $response.body#/id
            again:
              operationId: things.create_thing
              description: Another of that name.
              requestBody:
                name: $request.body#/name
        '401': {$ref: common.yaml#/components/responses/Unauthorized}
        '402': {$ref: common.yaml#/components/responses/Unpaid}
        '422': {$ref: common.yaml#/components/responses/Invalid}
  /things/{thing_id}:
    parameters:
      - name: thing_id
        in: path
        required: true
        description: Which thing.
        schema: {type: string, format: uuid}
        example: 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01
    get:
      operationId: things.get_thing
      tags: [things]
      summary: Get a thing
      description: With all its parts.
      x-requires: [paid]
      parameters:
        - $ref: common.yaml#/components/parameters/Trace
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              examples:
                lamp:
                  summary: A lamp with a bulb
                  value:
                    id: 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01
                    name: Lamp
                    size: BIG
                    parts:
                      - {name: Bulb, count: 1, parts: []}
        '401': {$ref: common.yaml#/components/responses/Unauthorized}
        '402': {$ref: common.yaml#/components/responses/Unpaid}
        '404': {$ref: common.yaml#/components/responses/NotFound}
        '422': {$ref: common.yaml#/components/responses/Invalid}
    patch:
      operationId: things.update_thing
      tags: [things]
      summary: Update a thing
      description: What is left out stays.
      x-requires: [paid, write]
      parameters:
        - $ref: common.yaml#/components/parameters/Trace
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/ThingUpdate'}
            example: {size: SMALL}
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              example:
                id: 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01
                name: Lamp
                size: SMALL
                parts: []
        '401': {$ref: common.yaml#/components/responses/Unauthorized}
        '402': {$ref: common.yaml#/components/responses/Unpaid}
        '404': {$ref: common.yaml#/components/responses/NotFound}
        '422': {$ref: common.yaml#/components/responses/Invalid}
components:
  schemas:
    Thing:
      type: object
      description: A thing.
      required: [id, name, size, parts]
      properties:
        id: {type: string, format: uuid}
        name: {type: string, maxLength: 255}
        size: {$ref: '#/components/schemas/Size'}
        parts:
          type: array
          maxItems: 9
          items: {$ref: '#/components/schemas/Part'}
    Part:
      type: object
      description: A part, which has parts.
      required: [name, count]
      properties:
        name: {type: string, maxLength: 255}
        count: {type: integer, minimum: 1, maximum: 99}
        parts:
          type: array
          maxItems: 9
          items: {$ref: '#/components/schemas/Part'}
    Size:
      type: string
      description: How big it is.
      nullable: true
      enum: [SMALL, BIG, null]
    ThingCreate:
      type: object
      description: A new thing.
      required: [name]
      properties:
        name: {type: string, minLength: 1, maxLength: 255}
        size: {type: string, enum: [SMALL, BIG], default: BIG}
        parts:
          type: array
          maxItems: 9
          items: {$ref: '#/components/schemas/Part'}
        notes:
          description: Whatever one likes.
    ThingUpdate:
      type: object
      description: What changes of a thing.
      properties:
        name: {type: string, minLength: 1, maxLength: 255}
        size: {$ref: '#/components/schemas/Size'}
x-shortcuts:
  fill-room:
    function: shortcuts.fill_room
    summary: Fill a room
    description: Puts things into a room until it is full.
    parameters:
      type: object
      required: [room]
      properties:
        room: {$ref: common.yaml#/components/schemas/RoomName}
        leaving:
          type: integer
          minimum: 0
          maximum: 9
          default: 0
          description: So many things still fit.
      example: {room: attic, leaving: 1}
  empty-rooms:
    function: shortcuts.empty_rooms
    summary: Empty all rooms
    description: Takes everything out.
x-collections:
  rooms:
    factory: rooms.create_room
    schema:
      type: object
      required: [id]
      properties:
        id: {type: string, format: uuid}
    indexes: []
  things:
    factory: things.create_thing
    references:
      _workspace_id: rooms
      _parts.room_id: rooms
    schema: {$ref: '#/components/schemas/Thing'}
    private:
      _workspace_id: {type: string, format: uuid}
      _parts:
        type: array
        items:
          type: object
          properties:
            room_id: {type: string, format: uuid}
    indexes: [size]
    orders: [name]
"""


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    return {"openapi.yaml": ROOT, "common.yaml": COMMON, "things.yaml": THINGS}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Writes files and gives the path of the root."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / "openapi.yaml"

    return write


@pytest.fixture
def root(texts: dict[str, str], write: Callable[[dict[str, str]], Path]) -> Path:
    """The root of the contract as it stands above."""
    return write(texts)


@pytest.fixture
def changed(texts: dict[str, str], write: Callable[[dict[str, str]], Path]) -> Callable[..., Path]:
    """The root of the contract with one place of one file changed."""

    def changed(file: str, old: str, new: str) -> Path:
        assert texts[file].count(old) == 1, f"{old!r} must occur once in {file}"
        return write({**texts, file: texts[file].replace(old, new)})

    return changed
