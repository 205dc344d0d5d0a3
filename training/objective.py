"""The loss of an image run: photographs and captions, pictures and names, and what the base net says of them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.captions import ASKED, EACH, Queue
from training.examples import Examples
from training.image_net import Model
from training.labels import names_of
from training.losses import DIM, contrast, soft_neighbours
from training.plan import Plan


class Objective:
    """The loss of one step from image features, however they were made."""

    def __init__(self, model: Model, examples: Examples, plan: Plan) -> None:
        self.model, self.examples, self.plan = model, examples, plan
        self.queue = Queue(2048, DIM)
        self.place = {
            int(row): i
            for i, row in enumerate(i for i, r in enumerate(examples.sets["flickr8k"].rows) if r["split"] == "train")
        }

    def captions(self, rows: NDArray[np.int64], features: Tensor) -> Tensor:
        m, e, plan = self.model, self.examples, self.plan
        bank, owner = e.captions, torch.tensor([self.place[int(row)] for row in rows])
        image = m.head(features)
        texts, positive, similar = bank.texts(owner, 1500, e.generator)
        mapped, scale = m.text(texts), m.caption_scale()
        soft = soft_neighbours(similar, positive, plan.soft_temperature, plan.soft_share)
        loss = contrast(image, mapped, scale, soft)
        n = len(rows)
        images = torch.cat([image, self.queue.vectors])
        owners = torch.cat([owner, self.queue.owner])
        own = torch.arange(n).repeat_interleave(ASKED)
        asked = own * EACH + torch.randint(0, EACH, (n * ASKED,), generator=e.generator)
        onehot = torch.zeros(n * ASKED, len(images))
        onehot[torch.arange(n * ASKED), own] = 1
        hidden = (owner[own][:, None] == owners[None]) & (onehot == 0)
        soft = soft_neighbours(
            (texts[asked] @ bank.mean[owners].T).masked_fill(hidden, -9.0),
            onehot,
            plan.soft_temperature,
            plan.soft_share,
        )
        loss = loss + contrast(mapped[asked], images, scale, soft, hidden)
        self.queue.push(image, owner)
        conse = contrast(image, m.text(e.class_teacher), m.conse_scale(), e.soft_classes("flickr8k", rows))
        return loss + 0.5 * plan.conse_weight * conse

    def names(self, drawn: list[tuple[str, NDArray[np.int64]]], features: Tensor) -> Tensor:
        m, e, plan = self.model, self.examples, self.plan
        image = m.head(features)
        options = [names_of(name, e.sets[name].rows[int(i)]) for name, rows in drawn for i in rows]
        bank, onehot, hidden = e.bank.batch(e.bank.draw(options, e.generator), 1500, e.generator)
        loss = plan.label_weight * contrast(image, m.text(bank), m.label_scale(), onehot, hidden)
        soft = torch.cat([e.soft_classes(name, rows) for name, rows in drawn])
        return loss + plan.conse_weight * contrast(image, m.text(e.class_teacher), m.conse_scale(), soft)
